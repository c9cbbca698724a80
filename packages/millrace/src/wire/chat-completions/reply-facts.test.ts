import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { anyResponse } from "../assembly/testing/any-response.ts";
import { plainReplyFacts } from "./reply-facts.ts";
import { decodeChatResponse, encodeChatResponse } from "./response.ts";
import { replyOptions } from "./testing/decode.ts";

const choice = (message: JsonObject, more: JsonObject = {}): JsonObject => ({
  index: 0,
  message: { role: "assistant", content: "hi", ...message },
  finish_reason: "stop",
  ...more,
});
const reply = (...choices: readonly JsonValue[]): JsonObject => ({ id: "r", model: "m", choices });
const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };

test("they are what decoding the reply finds, of any reply that is written canonically", () => {
  fc.assert(
    fc.property(anyResponse, (response) => {
      const written = encodeChatResponse(response);
      const facts = plainReplyFacts(written, undefined);
      if (facts === undefined) return;
      const decoded = decodeChatResponse(written, replyOptions());
      if ("kind" in decoded) throw new Error(decoded.message);
      const { model, usage, choices } = decoded;
      expect(facts).toEqual({ model, rawFinishReason: choices[0]?.rawFinishReason, ...(usage && { usage }) });
    }),
  );
});

describe("a plain reply", () => {
  test.each([
    ["text", reply(choice({}))],
    ["calls", reply(choice({ content: null, tool_calls: [call] }, { finish_reason: "tool_calls" }))],
    ["several choices", reply(choice({}), choice({}, { index: 1 }))],
  ])("has facts: %s", (_what, value) => expect(plainReplyFacts(value, undefined)).toMatchObject({ model: "m" }));
});

describe("nothing is said of a reply that has to be looked at more closely", () => {
  test.each<[string, JsonValue]>([
    ["an error", { error: { message: "boom" } }],
    ["an error beside choices", { ...reply(choice({})), error: { message: "boom" } }],
    ["an envelope", { success: true, data: reply(choice({})) }],
    ["no choices", reply()],
    ["a choice without a message", reply({ index: 0, finish_reason: "stop" })],
    ["a reason that is a failure", reply(choice({}, { finish_reason: "error" }))],
    ["a reason nobody knows", reply(choice({}, { finish_reason: "eos" }))],
    ["content in parts", reply(choice({ content: [{ type: "text", text: "a" }] }))],
    ["a call without an id", reply(choice({ tool_calls: [{ ...call, id: "" }] }))],
    ["arguments as an object", reply(choice({ tool_calls: [{ ...call, function: { name: "f", arguments: {} } }] }))],
    ["no model", { ...reply(choice({})), model: "" }],
    ["an array", [reply(choice({}))]],
  ])("%s", (_what, value) => expect(plainReplyFacts(value, undefined)).toBeUndefined());
});
