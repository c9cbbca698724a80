import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import { anyResponse } from "../assembly/testing/any-response.ts";
import { decodeChatResponse, encodeChatResponse } from "./response.ts";
import { replyOptions } from "./testing/decode.ts";
import type { TestOptions } from "./testing/decode.ts";
import { recording } from "./testing/recordings.ts";

function read(value: unknown, options?: TestOptions): InferenceResponse | Failure {
  return decodeChatResponse(JSON.parse(JSON.stringify(value)) as JsonValue, replyOptions(options));
}

function answer(value: unknown, options?: TestOptions): InferenceResponse {
  const result = read(value, options);
  if ("kind" in result) throw new Error(result.message);
  return result;
}

function failure(value: unknown): Failure {
  const result = read(value);
  if (!("kind" in result)) throw new Error("It was read as an answer");
  return result;
}

const reply = (message: unknown, more: object = {}, around: object = {}): object => ({
  id: "r",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message, finish_reason: "stop", ...more }],
  ...around,
});

test("any answer that is written is read as the same answer", () => {
  fc.assert(
    fc.property(anyResponse, (response) => {
      const { warnings: _none, ...decoded } = answer(encodeChatResponse(response), { requestedModel: response.model });
      const { warnings: _some, ...given } = response;
      expect(decoded).toEqual(given);
    }),
  );
});

test("the written form is the reference's", () => {
  const response = answer(
    reply(
      { role: "assistant", content: "Hi", refusal: null, annotations: [] },
      { logprobs: null },
      { system_fingerprint: "fp" },
    ),
  );
  expect(encodeChatResponse(response)).toEqual({
    id: "r",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hi", annotations: [] },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    system_fingerprint: "fp",
  });
});

describe("N3, N4, N11: tool calls in any form", () => {
  test("N3: tool_calls null", () => {
    expect(answer(reply({ content: "Hi", tool_calls: null }))).toMatchObject({ text: "Hi", toolCalls: [] });
  });

  test("N4: a call without an id, and arguments that are an object", () => {
    const calls = [{ type: "function", function: { name: "f", arguments: { a: 1 } } }];
    expect(answer(reply({ content: null, tool_calls: calls })).toolCalls).toEqual([
      { id: "made-1", type: "function", name: "f", arguments: '{"a":1}', input: { a: 1 } },
    ]);
  });

  test("calls without ids and arguments stay two calls", () => {
    const call = { function: { name: "f", arguments: "" } };
    expect(answer(reply({ tool_calls: [call, call] })).toolCalls).toMatchObject([{ id: "made-1" }, { id: "made-2" }]);
  });

  test("two calls under one id", () => {
    const call = { id: "x", function: { name: "f", arguments: "{}" } };
    expect(answer(reply({ tool_calls: [call, call] })).toolCalls).toMatchObject([{ id: "x" }, { id: "made-1" }]);
  });

  test("N11: arguments that do not parse are shown as they are", () => {
    const calls = [{ id: "x", function: { name: "f", arguments: "{oops" } }];
    expect(answer(reply({ tool_calls: calls })).toolCalls).toEqual([
      { id: "x", type: "function", name: "f", arguments: "{oops", problem: "not-json" },
    ]);
  });

  test.each(["", null, undefined])("185: beside content %j", (content) => {
    const calls = [{ id: "x", function: { name: "f", arguments: "{}" } }];
    const { text, toolCalls, finishReason } = answer(reply({ content, tool_calls: calls }));
    expect({ text, finishReason, calls: toolCalls.length }).toEqual({ text: "", finishReason: "tool_calls", calls: 1 });
  });
});

test("N5: content that is an array of parts", () => {
  const content = [
    { type: "thinking", thinking: [{ type: "text", text: "Hmm" }] },
    { type: "text", text: "Hi" },
  ];
  expect(answer(reply({ content })).choices[0]).toMatchObject({ text: "Hi", reasoning: "Hmm" });
});

describe("N6: a reply that is no answer", () => {
  test("an error object with status 200", () => {
    expect(failure({ error: { message: "no such model", code: "model_not_found" } })).toMatchObject({
      kind: "model_not_found",
      upstream: { message: "no such model" },
    });
  });

  test("54: an error that names a status of its own", () => {
    const raw = '{"error":{"message":"deep"}}';
    const { status, upstream } = failure({
      error: { code: 502, message: "Provider returned error", metadata: { raw } },
    });
    expect({ status, upstream }).toMatchObject({ status: 502, upstream: { status: 502, nested: "deep" } });
  });

  test("53: MiniMax's base_resp", () => {
    expect(failure({ choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } }).kind).toBe(
      "quota",
    );
  });

  test.each([
    ["no choices at all", { choices: [] }],
    ["choices null", { choices: null }],
    ["choices that are null", { choices: [null] }],
    ["no choices field", { object: "chat.completion" }],
    ["an array", [1]],
    ["a text", "hi"],
    ["null", null],
  ])("%s", (_, value) => {
    expect(failure(value)).toMatchObject({ kind: "protocol", retry: "elsewhere" });
  });

  test("119: a finish reason that is an error", () => {
    expect(failure(reply({ content: "" }, { finish_reason: "insufficient_system_resource" })).kind).toBe("overloaded");
  });
});

test.each([
  ["stop", "stop"],
  ["length", "length"],
  ["max_tokens", "length"],
  ["content_filter", "content_filter"],
])("N7: the finish reason %s is %s, with the server's own word beside it", (raw, reason) => {
  const { finishReason, choices } = answer(reply({ content: "Hi" }, { finish_reason: raw }));
  expect(finishReason).toBe(reason);
  expect(choices[0]?.rawFinishReason).toBe(raw);
});

test("N8: all choices", () => {
  const choices = [1, 0].map((index) => ({ index, message: { content: `${index}` }, finish_reason: "stop" }));
  expect(answer({ ...reply({}), choices }).choices.map(({ index, text }) => [index, text])).toEqual([
    [0, "0"],
    [1, "1"],
  ]);
});

test("choices without an index keep their order", () => {
  const choices = ["a", "b"].map((content) => ({ message: { content }, finish_reason: "stop" }));
  expect(answer({ ...reply({}), choices }).choices.map(({ text }) => text)).toEqual(["a", "b"]);
});

test("N9: nothing of an answer is dropped", () => {
  const message = {
    role: "assistant",
    content: "Hi",
    refusal: "partly",
    reasoning_content: "Hmm",
    reasoning_details: [{ type: "reasoning.encrypted", data: "x" }],
    audio: { id: "a" },
    annotations: [{ type: "url_citation" }],
  };
  const more = { logprobs: { content: [{ token: "Hi" }] }, native_finish_reason: "STOP" };
  const response = answer(reply(message, more, { system_fingerprint: "fp", service_tier: "flex" }));
  expect(response).toMatchObject({ id: "r", created: 1, extra: { system_fingerprint: "fp", service_tier: "flex" } });
  expect(response.choices[0]).toMatchObject({
    refusal: "partly",
    reasoning: "Hmm",
    reasoningDetails: [{ type: "reasoning.encrypted", data: "x" }],
    audio: { id: "a" },
    logprobs: { content: [{ token: "Hi" }] },
    extra: { annotations: [{ type: "url_citation" }], choice: { native_finish_reason: "STOP" } },
  });
});

test("N9: a function_call of the older form", () => {
  const { toolCalls } = answer(reply({ content: null, function_call: { name: "f", arguments: "{}" } }));
  expect(toolCalls).toMatchObject([{ id: "made-1", name: "f", input: {} }]);
});

describe("N10: usage", () => {
  test("a missing total is the sum, cached and reasoning tokens are read, the rest is kept", () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 4, audio_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 3 },
    };
    expect(answer(reply({ content: "Hi" }, {}, { usage })).usage).toEqual({
      promptTokens: 10,
      completionTokens: 5,
      totalTokens: 15,
      cacheReadTokens: 4,
      reasoningTokens: 3,
      raw: usage,
    });
  });

  test("none reported is none, not zeros", () => {
    expect(answer(reply({ content: "Hi" }))).not.toHaveProperty("usage");
  });
});

test("55: an answer in an envelope", () => {
  expect(answer({ success: true, data: reply({ content: "Hi" }) }).text).toBe("Hi");
});

describe("replies of a real llama-server", () => {
  const body = (file: string, title: string): unknown => JSON.parse(recording(file, title).reply.body);

  test("text", () => {
    expect(answer(body("02-chat-stream.txt", "non-stream"), { requestedModel: "tiny" })).toMatchObject({
      text: "Hello! I am a tiny scripted model. Grüße, 世界 👋🏽. Bye now.",
      usage: { promptTokens: 20, completionTokens: 15 },
      warnings: [],
    });
  });

  test("65: another model than was asked for", () => {
    const reply65 = body("02-chat-stream.txt", "unknown model name is accepted and the answer names the loaded one");
    expect(answer(reply65, { requestedModel: "gpt-5" }).warnings).toMatchObject([{ code: "model-mismatch" }]);
  });

  test("a tool call, whole and cut", () => {
    expect(answer(body("03-tools.txt", "one call, non-stream")).toolCalls).toMatchObject([
      { name: "get_weather", input: { city: "Paris", unit: "celsius" } },
    ]);
    const cut = answer(body("03-tools.txt", "cut by max_tokens inside the arguments, non-stream"));
    expect(cut).toMatchObject({ finishReason: "length", toolCalls: [{ problem: "incomplete" }] });
  });

  test("reasoning", () => {
    expect(answer(body("04-reasoning.txt", "think, non-stream")).choices[0]).toMatchObject({
      text: "The answer is 4.",
      reasoning: "Two and two make four, surely.\n",
    });
  });
});
