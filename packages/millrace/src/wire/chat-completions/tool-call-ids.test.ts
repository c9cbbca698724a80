import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import { adaptChatRequest } from "./adapt.ts";
import { REFERENCE_RULES } from "./rules.ts";
import type { ToolCallIdForm } from "./rules.ts";

const NINE: ToolCallIdForm = { pattern: "^[A-Za-z0-9]{9}$", made: "letters-and-digits" };
const KIMI: ToolCallIdForm = { pattern: "^functions\\..+:\\d+$", made: "function-and-count" };

const calls = (...ids: readonly string[]): JsonObject => ({
  role: "assistant",
  content: null,
  tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "f", arguments: "{}" } })),
});
const result = (id: string): JsonObject => ({ role: "tool", tool_call_id: id, content: "4" });

function adapted(toolCallIds: "any" | ToolCallIdForm, ...messages: readonly JsonObject[]) {
  const body: JsonObject = { model: "m", messages };
  const rules = { ...REFERENCE_RULES.request, toolCallIds };
  return adaptChatRequest(body, { model: "m", stream: false, wantUsage: false, rules });
}

/** The ids in the order of the messages that they stand in. */
function ids(toolCallIds: "any" | ToolCallIdForm, ...messages: readonly JsonObject[]): string[] {
  const { body } = adapted(toolCallIds, ...messages);
  const sent = isArray(body["messages"]) ? body["messages"].filter(isObject) : [];
  return sent.flatMap(({ tool_calls: made, tool_call_id: of }) =>
    isArray(made) ? made.filter(isObject).map((call) => stringOf(call["id"]) ?? "") : [stringOf(of) ?? ""],
  );
}

describe("ids of tool calls for a server that takes only some", () => {
  const long = "chatcmpl-tool-0123456789abcdef0123456789abcdef";

  test("a call and its result get the same new id", () => {
    const [call, answer] = ids(NINE, calls(long), result(long));
    expect(call).toMatch(/^[A-Za-z0-9]{9}$/u);
    expect(answer).toBe(call);
  });

  test("ids that it takes stay, and the body with them", () => {
    const messages = [calls("aB3dE6gH9"), result("aB3dE6gH9")];
    const { body, changes, edits } = adapted(NINE, ...messages);
    expect(body["messages"]).toEqual(messages);
    expect(changes).toEqual([]);
    expect(edits).toEqual([]);
  });

  test("other ids become other ids", () => {
    const given = Array.from({ length: 2000 }, (_, n) => `call_${n}`);
    expect(new Set(ids(NINE, calls(...given))).size).toBe(2000);
  });

  test("a conversation that goes on keeps the ids of its beginning", () => {
    const beginning = [calls("call_1", "functions.f:0"), result("functions.f:0"), result("call_1")];
    const before = ids(NINE, ...beginning);
    expect(ids(NINE, ...beginning, calls(long), result(long)).slice(0, before.length)).toEqual(before);
  });

  test("an id that looks like one that was made for another call gives way", () => {
    const [made = ""] = ids(NINE, calls("call_1"));
    const [first, second, answer] = ids(NINE, calls("call_1"), calls(made), result(made));
    expect(first).toBe(made);
    expect(second).not.toBe(made);
    expect(answer).toBe(second);
  });

  test("every replacement is told, without the id", () => {
    const { changes } = adapted(NINE, calls("aB3dE6gH9", long), result(long));
    expect(changes.map(({ field, action }) => [field, action])).toEqual([
      ["messages[0].tool_calls[1].id", "replaced"],
      ["messages[1].tool_call_id", "replaced"],
    ]);
    expect(JSON.stringify(changes)).not.toContain("chatcmpl");
  });

  test("Kimi's form counts the calls of the conversation", () => {
    expect(ids(KIMI, calls("a", "b"), result("b"), result("a"), calls("c"))).toEqual([
      "functions.f:0",
      "functions.f:1",
      "functions.f:1",
      "functions.f:0",
      "functions.f:2",
    ]);
  });

  test("Kimi's own ids stay, and none is given twice", () => {
    expect(ids(KIMI, calls("functions.f:1"), calls("a"))).toEqual(["functions.f:1", "functions.f:2"]);
  });

  test("elsewhere nothing is looked at", () => {
    expect(ids("any", calls(long), result(long))).toEqual([long, long]);
  });
});
