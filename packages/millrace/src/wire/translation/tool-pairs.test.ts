import { expect, test } from "vitest";
import type { Message } from "../../model/message.ts";
import { misplacedResult } from "./tool-pairs.ts";

const called: Message = {
  role: "assistant",
  content: null,
  toolCalls: [{ id: "1", type: "function", name: "f", arguments: "{}" }],
};
const result: Message = { role: "tool", toolCallId: "1", content: "4" };

test("a result follows its call", () => {
  expect(misplacedResult({ model: "m", messages: [called, result] })).toBeUndefined();
});

test.each<[string, Message[]]>([
  ["messages[0].tool_call_id", [result, called]],
  ["messages[1].tool_call_id", [called, { ...result, toolCallId: "2" }]],
  ["messages[1].tool_call_id", [called, { role: "tool", content: "4" }]],
])("one that does not is refused at %s", (param, messages) => {
  expect(misplacedResult({ model: "m", messages })).toMatchObject({ kind: "bad_request", param });
});
