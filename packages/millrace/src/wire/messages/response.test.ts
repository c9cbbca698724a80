import { expect, test } from "vitest";
import type { Choice, InferenceResponse } from "../../model/response.ts";
import { normalizeUsage } from "../assembly/usage.ts";
import { unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import { encodeMessagesResponse, readMessagesReply } from "./response.ts";

const OPTIONS = { asked: {}, includeUsage: true, id: "req-1", model: "asked", createdSec: 0 };
const ARGUMENTS = { whole: '{"a":1}', list: "[1]", broken: '{"a"' };

function answer(more: Partial<Choice>): InferenceResponse {
  const choice: Choice = { index: 0, text: "", toolCalls: [], finishReason: "stop", rawFinishReason: null, ...more };
  const { text, toolCalls, finishReason } = choice;
  const usage = normalizeUsage({ input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 4 });
  return { id: "up-1", model: "served", text, toolCalls, finishReason, choices: [choice], usage, warnings: [] };
}

test("a whole answer is one message", () => {
  const call = { id: "c1", type: "function", name: "f", arguments: ARGUMENTS.whole } as const;
  expect(
    encodeMessagesResponse(
      answer({
        text: "Hi",
        toolCalls: [call],
        finishReason: "tool_calls",
        extra: { annotations: [{ type: "url_citation", url_citation: { url: "https://a.example" } }] },
      }),
      OPTIONS,
    ),
  ).toEqual({
    id: "up-1",
    type: "message",
    role: "assistant",
    model: "served",
    content: [
      {
        type: "text",
        text: "Hi",
        citations: [
          {
            type: "web_search_result_location",
            url: "https://a.example",
            title: "https://a.example",
            cited_text: "",
            encrypted_index: "",
          },
        ],
      },
      { type: "tool_use", id: "c1", name: "f", input: { a: 1 } },
    ],
    stop_reason: "tool_use",
    stop_sequence: null,
    usage: { input_tokens: 3, cache_creation_input_tokens: 2, cache_read_input_tokens: 0, output_tokens: 4 },
  });
});

test("an answer without counts has them all the same, for its readers do sums with them", () => {
  const { usage: _none, ...uncounted } = answer({ text: "Hi" });
  expect(encodeMessagesResponse(uncounted, OPTIONS)).toMatchObject({ usage: { input_tokens: 0, output_tokens: 0 } });
});

test.each([
  [ARGUMENTS.list, [1]],
  [ARGUMENTS.broken, ARGUMENTS.broken],
  ["", {}],
])("arguments that are %j stay what they are", (text, input) => {
  const toolCalls = [{ id: "c1", type: "function", name: "f", arguments: text } as const];
  expect(encodeMessagesResponse(answer({ toolCalls }), OPTIONS)).toMatchObject({ content: [{ input }] });
});

test("reasoning of the dialect's own comes block by block", () => {
  const details = ["one", "two"].map((text) => ({
    type: "reasoning.text",
    text,
    signature: `sig-${text}`,
    format: "anthropic-claude-v1",
  }));
  const redacted = { type: "reasoning.encrypted", data: "c2Vj", format: "anthropic-claude-v1" };
  const choice = { text: "Hi", reasoning: "onetwo", reasoningDetails: [...details, redacted] };
  expect(encodeMessagesResponse(answer(choice), OPTIONS)["content"]).toEqual([
    { type: "thinking", thinking: "one", signature: "sig-one" },
    { type: "thinking", thinking: "two", signature: "sig-two" },
    { type: "redacted_thinking", data: "c2Vj" },
    { type: "text", text: "Hi" },
  ]);
});

test("reasoning of another dialect is carried in the signature", () => {
  const foreign = { type: "reasoning.encrypted", data: "b3A=", format: "google-gemini-v1" };
  const body = encodeMessagesResponse(answer({ text: "Hi", reasoning: "Hm", reasoningDetails: [foreign] }), OPTIONS);
  const [block] = body["content"] as { readonly thinking: string; readonly signature: string }[];
  expect(block?.thinking).toBe("Hm");
  expect(unwrapReasoning(block?.signature ?? "")).toEqual([foreign]);
});

test("a whole reply that passes tells its counts, its model and why it ended", () => {
  const reply = {
    type: "message",
    model: "claude",
    content: [],
    stop_reason: "max_tokens",
    usage: {
      input_tokens: 1,
      cache_read_input_tokens: 9,
      output_tokens: 2,
      output_tokens_details: { thinking_tokens: 1 },
    },
  };
  expect(readMessagesReply(reply, () => 0)).toMatchObject({
    model: "claude",
    rawFinishReason: "max_tokens",
    usage: { promptTokens: 10, cacheReadTokens: 9, completionTokens: 2, reasoningTokens: 1 },
  });
});

test.each([
  ["an error", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "overloaded"],
  ["no message", { choices: [] }, "protocol"],
  ["no object", [], "protocol"],
])("a whole reply that is %s is a failure", (_, reply, kind) => {
  expect(readMessagesReply(reply, () => 0)).toMatchObject({ kind });
});
