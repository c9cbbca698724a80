import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent, FailureEvent } from "../../model/stream-event.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { joined } from "../bytes/joined.ts";
import { decodePieces, eventFrame, exceptionFrame, recorded, recordedEvents, streamBytes } from "./testing/streams.ts";

const STREAMS = ["text.jsonl", "reasoning.jsonl", "tool-call.jsonl", "tool-without-arguments.jsonl"];

function answer(events: readonly JsonObject[], options?: Partial<AnswerOptions>): InferenceResponse {
  return responseOf(decodePieces([streamBytes(events)], options));
}

function whole(document: JsonObject): InferenceResponse {
  return responseOf(decodePieces([new TextEncoder().encode(JSON.stringify(document))]));
}

function responseOf(events: readonly DecodedEvent[]): InferenceResponse {
  const last = events.at(-1);
  if (last?.type !== "finish") throw new Error(`The stream ended with ${JSON.stringify(last)}`);
  return last.response;
}

function failureAfter(...pieces: readonly Uint8Array[]): FailureEvent {
  const last = decodePieces(pieces).at(-1);
  if (last?.type !== "failure") throw new Error(`The stream ended with ${JSON.stringify(last)}`);
  return last;
}

const delta = (index: number, piece: JsonObject): JsonObject => ({
  contentBlockDelta: { contentBlockIndex: index, delta: piece },
});
const stop = (reason: string, more: JsonObject = {}): JsonObject => ({ messageStop: { stopReason: reason, ...more } });
const HELLO = delta(0, { text: "Hello" });
const COUNTS: JsonObject = { metadata: { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } } };

describe("recorded streams", () => {
  test.each(STREAMS)("%s is the same in one piece, byte by byte, and in odd pieces", (file) => {
    const bytes = streamBytes(recordedEvents(file));
    const events = decodePieces([bytes]);
    expect(events.at(-1)?.type).toBe("finish");
    expect(decodePieces(cutEvery(bytes, 1))).toEqual(events);
    expect(decodePieces(cutEvery(bytes, 137))).toEqual(events);
  });

  test("text, with its end and its counts", () => {
    const response = answer(recordedEvents("text.jsonl"));
    expect(response.text).toMatch(/^Let me count the "r"s in "strawberry":/u);
    expect(response).toMatchObject({ finishReason: "stop", warnings: [], extra: { metrics: { latencyMs: 2040 } } });
    expect(response.choices[0]?.rawFinishReason).toBe("end_turn");
    expect(response.usage).toMatchObject({ promptTokens: 22, completionTokens: 55, totalTokens: 77 });
  });

  test("reasoning is readable text first, and at its end one detail that can be sent back", () => {
    const events = decodePieces([streamBytes(recordedEvents("reasoning.jsonl"))]);
    const [choice] = responseOf(events).choices;
    expect(choice?.reasoning).toMatch(/^Let me count the r's/u);
    const signature = expect.stringMatching(/^Ep0CCkgI.*DaGAE=$/u) as string;
    expect(choice?.reasoningDetails).toEqual([
      { type: "reasoning.text", text: choice?.reasoning, signature, format: "anthropic-claude-v1" },
    ]);
    const types = events.map(({ type }) => type);
    expect(types.indexOf("reasoning-detail")).toBeLessThan(types.indexOf("text-delta"));
    expect(types.indexOf("reasoning-detail")).toBe(types.lastIndexOf("reasoning-delta") + 1);
  });

  test("a tool call", () => {
    const { toolCalls, finishReason } = answer(recordedEvents("tool-call.jsonl"));
    expect(finishReason).toBe("tool_calls");
    expect(toolCalls).toMatchObject([{ id: "tool-use-id", name: "test-tool", input: { value: "Sparkle Day" } }]);
  });

  test("a call without arguments has the empty object", () => {
    const { text, toolCalls } = answer(recordedEvents("tool-without-arguments.jsonl"));
    expect(text).toBe("I'll update the issue list for you.");
    expect(toolCalls).toMatchObject([{ name: "updateIssueList", arguments: "{}", input: {} }]);
  });
});

describe("recorded replies that came whole", () => {
  test("text", () => {
    const response = whole(JSON.parse(recorded("text.json")) as JsonObject);
    expect(response.text).toMatch(/"strawberry\."$/u);
    expect(response.usage).toMatchObject({ promptTokens: 22, completionTokens: 57, cacheReadTokens: 0 });
  });

  test("reasoning", () => {
    const [choice] = whole(JSON.parse(recorded("reasoning.json")) as JsonObject).choices;
    expect(choice?.reasoning).toMatch(/There are 3 r's\.$/u);
    expect(choice?.reasoningDetails).toMatchObject([{ text: choice?.reasoning, format: "anthropic-claude-v1" }]);
  });

  test("two calls, and everything else", () => {
    const content = [
      { reasoningContent: { redactedContent: "AAEC" } },
      { text: "Both." },
      { toolUse: { toolUseId: "a", name: "one", input: { x: 1 } } },
      { toolUse: { toolUseId: "b", name: "two", input: {} } },
    ];
    const response = whole({
      output: { message: { role: "assistant", content } },
      stopReason: "tool_use",
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 17, cacheReadInputTokens: 10 },
      serviceTier: { type: "flex" },
    });
    expect(response.toolCalls.map(({ id, name, arguments: text }) => [id, name, text])).toEqual([
      ["a", "one", '{"x":1}'],
      ["b", "two", "{}"],
    ]);
    expect(response.choices[0]?.reasoningDetails).toEqual([
      { type: "reasoning.encrypted", data: "AAEC", format: "anthropic-claude-v1" },
    ]);
    expect(response.extra).toEqual({ service_tier: "flex" });
    expect(response.usage).toMatchObject({
      promptTokens: 13,
      completionTokens: 4,
      totalTokens: 17,
      cacheReadTokens: 10,
    });
  });

  test("one that holds no message is no answer", () => {
    const [event] = decodePieces([new TextEncoder().encode('{"Version":"1.0"}')]);
    expect(event).toMatchObject({ type: "failure", failure: { kind: "protocol" } });
  });
});

describe("reasoning", () => {
  test("what came encrypted in pieces is one block", () => {
    const events = [
      delta(0, { reasoningContent: { redactedContent: "AA==" } }),
      delta(0, { reasoningContent: { redactedContent: "AQI=" } }),
      { contentBlockStop: { contentBlockIndex: 0 } },
      delta(1, { text: "Done" }),
      stop("end_turn"),
    ];
    const [choice] = answer(events).choices;
    expect(choice?.reasoningDetails).toMatchObject([{ type: "reasoning.encrypted", data: "AAEC" }]);
  });

  test("a model that is not Anthropic's has a form of its own; without a signature there is nothing to send back", () => {
    const signed = [delta(0, { reasoningContent: { text: "Hm", signature: "sig" } }), HELLO, stop("end_turn")];
    const model = { requestedModel: "us.amazon.nova-2-lite-v1:0" };
    expect(answer(signed, model).choices[0]?.reasoningDetails).toMatchObject([{ format: "bedrock", signature: "sig" }]);
    const plain = [delta(0, { reasoningContent: { text: "Hm" } }), delta(1, { text: "Hello" }), stop("end_turn")];
    expect(answer(plain, model).choices[0]).toMatchObject({ reasoning: "Hm", text: "Hello" });
    expect(answer(plain, model).choices[0]).not.toHaveProperty("reasoningDetails");
  });

  test("a block ends with the next one, also where the server does not say so", () => {
    const events = decodePieces([
      streamBytes([
        delta(0, { reasoningContent: { text: "Hm", signature: "s" } }),
        delta(1, { text: "A" }),
        stop("end_turn"),
      ]),
    ]);
    expect(events.map(({ type }) => type).filter((type) => /delta|detail/u.test(type))).toEqual([
      "reasoning-delta",
      "reasoning-detail",
      "text-delta",
    ]);
  });
});

describe("calls", () => {
  const call = (index: number, id: string, name: string, more: JsonObject = {}): JsonObject => ({
    contentBlockStart: { contentBlockIndex: index, start: { toolUse: { toolUseId: id, name, ...more } } },
  });

  test("several at once keep their order", () => {
    const events = [
      HELLO,
      call(1, "a", "one"),
      delta(1, { toolUse: { input: '{"x":' } }),
      delta(1, { toolUse: { input: "1}" } }),
      call(2, "b", "two"),
      delta(2, { toolUse: { input: "{}" } }),
      stop("tool_use"),
      COUNTS,
    ];
    const names = answer(events).toolCalls.map(({ id, name, arguments: text }) => [id, name, text]);
    expect(names).toEqual([
      ["a", "one", '{"x":1}'],
      ["b", "two", "{}"],
    ]);
  });

  test("a call that the server answers itself is none of the caller's, and is not lost", () => {
    const events = [
      call(0, "a", "nova_grounding", { type: "server_tool_use" }),
      delta(0, { toolUse: { input: '{"query":"x"}' } }),
      delta(1, { text: "Found it" }),
      stop("end_turn"),
    ];
    const response = answer(events);
    expect([response.toolCalls, response.text, response.finishReason]).toEqual([[], "Found it", "stop"]);
    expect(response.choices[0]?.extra).toEqual({
      content_blocks: [{ toolUse: { toolUseId: "a", name: "nova_grounding", type: "server_tool_use" } }],
    });
  });
});

describe("what else a block holds", () => {
  test("a web page is cited as chat completions do, with its place in the text; a document as it is", () => {
    const events = [
      delta(0, { text: "Well. " }),
      delta(1, { text: "It rains." }),
      delta(1, { citation: { title: "Weather", location: { web: { url: "https://a.test/", domain: "a.test" } } } }),
      delta(1, { citation: { title: "Log", location: { documentChar: { documentIndex: 0, start: 1, end: 2 } } } }),
      stop("end_turn"),
    ];
    expect(answer(events).choices[0]?.extra).toEqual({
      annotations: [
        {
          type: "url_citation",
          url_citation: { url: "https://a.test/", title: "Weather", start_index: 6, end_index: 15 },
        },
      ],
      citations: [
        {
          title: "Log",
          location: { documentChar: { documentIndex: 0, start: 1, end: 2 } },
          start_index: 6,
          end_index: 15,
        },
      ],
    });
  });

  test("text with citations in a whole reply is text", () => {
    const content = [
      { citationsContent: { content: [{ text: "It " }, { text: "rains." }], citations: [{ title: "a" }] } },
    ];
    const response = whole({ output: { message: { role: "assistant", content } }, stopReason: "end_turn" });
    expect(response.text).toBe("It rains.");
    expect(response.choices[0]?.extra).toEqual({ citations: [{ title: "a", start_index: 0, end_index: 9 }] });
  });

  test("an image, and a block that nobody knows", () => {
    const events = [
      delta(0, { image: { format: "png", source: { bytes: "AAEC" } } }),
      delta(1, { hologram: 7 }),
      stop("end_turn"),
    ];
    expect(answer(events).choices[0]?.extra).toEqual({
      images: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAEC" } }],
      content_blocks: [{ hologram: 7 }],
    });
  });
});

describe("the end", () => {
  test.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["guardrail_intervened", "content_filter"],
    ["content_filtered", "content_filter"],
    ["something_new", "unknown"],
  ])("%s is %s", (raw, reason) => {
    expect(answer([HELLO, stop(raw)]).finishReason).toBe(reason);
  });

  test.each(["malformed_tool_use", "malformed_model_output"])("%s is a failure with what had come", (raw) => {
    const { failure, partial } = failureAfter(streamBytes([HELLO, stop(raw)]));
    expect([failure.kind, failure.retry, partial?.text]).toEqual(["server", "same", "Hello"]);
  });

  test.each([{ stop_sequence: "END" }, { delta: { stop_sequence: "END" } }])("the stop sequence in %j", (fields) => {
    const { choices } = answer([HELLO, stop("stop_sequence", { additionalModelResponseFields: fields })]);
    expect(choices[0]?.stopSequence).toBe("END");
  });

  test("the counts come behind it, and nothing after them is read", () => {
    const response = answer([HELLO, stop("end_turn"), COUNTS, delta(0, { text: " again" })]);
    expect([response.text, response.usage?.totalTokens]).toEqual(["Hello", 2]);
  });

  test("an answer that ends without its counts is whole; one that ends without its end is not", () => {
    expect(answer([HELLO, stop("end_turn")]).usage).toBeUndefined();
    const { failure, partial } = failureAfter(streamBytes([HELLO]));
    expect([failure.kind, partial?.text]).toEqual(["truncated", "Hello"]);
  });

  test("the last message counts only when it is whole", () => {
    const bytes = streamBytes([HELLO, stop("end_turn")]);
    expect(failureAfter(bytes.subarray(0, -1)).failure.kind).toBe("truncated");
  });

  test("events that nobody knows are left out", () => {
    expect(answer([{ pingEvent: { a: 1 } }, HELLO, stop("end_turn")]).text).toBe("Hello");
  });
});

describe("errors", () => {
  test.each([
    ["throttlingException", "Too many tokens, please wait before trying again.", "rate_limit", "same"],
    ["validationException", "Input is too long for requested model.", "context_overflow", "elsewhere"],
    ["validationException", "The toolConfig field must be defined.", "bad_request", "never"],
    ["serviceUnavailableException", "Try again later.", "overloaded", "same"],
    ["modelTimeoutException", "Model has timed out.", "timeout", "same"],
    ["modelStreamErrorException", "Model produced invalid sequence as part of ToolUse.", "server", "same"],
    ["internalServerException", "The system encountered an unexpected error.", "server", "same"],
  ])("%s (%s) is %s", (type, message, kind, retry) => {
    const { failure, partial } = failureAfter(
      joined([eventFrame(HELLO), exceptionFrame(type, JSON.stringify({ message }))]),
    );
    expect(failure).toMatchObject({ kind, retry, message, partial: true, upstream: { type, message } });
    expect(partial?.text).toBe("Hello");
  });

  test("what the model itself said is told, too", () => {
    const payload = JSON.stringify({
      message: "A streaming error occurred.",
      originalStatusCode: 529,
      originalMessage: "Overloaded",
    });
    const { failure } = failureAfter(exceptionFrame("modelStreamErrorException", payload));
    expect([failure.kind, failure.message]).toEqual(["overloaded", "A streaming error occurred. (Overloaded)"]);
  });

  test("an exception that is no JSON", () => {
    expect(failureAfter(exceptionFrame("throttlingException", "slow down")).failure).toMatchObject({
      kind: "rate_limit",
      message: "slow down",
    });
  });

  test("bytes that are no such stream", () => {
    const broken = streamBytes([HELLO]);
    broken[10] = 1;
    expect(failureAfter(broken).failure).toMatchObject({ kind: "protocol", retry: "elsewhere" });
    expect(failureAfter(new TextEncoder().encode('data: {"a": 1}\n\n')).failure.kind).toBe("protocol");
    expect(failureAfter(new TextEncoder().encode("<html><title>Sign in</title>")).failure.message).toContain("Sign in");
  });

  test.each([
    ["the input of a call", (deep: string) => `{"toolUse":{"toolUseId":"t","name":"f","input":${deep}}}`],
    ["a block that is held", (deep: string) => `{"reasoningContent":{"deep":${deep}}}`],
  ])("%s that is nested too deeply to be written", (_what, block) => {
    const deep = `${'{"a":'.repeat(60_000)}1${"}".repeat(60_000)}`;
    const text = `{"output":{"message":{"role":"assistant","content":[${block(deep)}]}},"stopReason":"end_turn"}`;
    const { failure } = failureAfter(new TextEncoder().encode(text));
    expect(failure).toMatchObject({ kind: "protocol", message: expect.stringContaining("nested too deeply") });
  });

  test("a block that is held until its end is bounded", () => {
    const limits = { ...DEFAULT_LIMITS, assembledBytes: 1000 };
    const piece = delta(0, { reasoningContent: { signature: "x".repeat(600) } });
    const last = decodePieces([streamBytes([HELLO, piece, piece])], { limits }).at(-1);
    expect(last).toMatchObject({ type: "failure", failure: { kind: "protocol" } });
  });
});

function cutEvery(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

test("calls end when they are whole, not with the answer", () => {
  const call = (index: number): readonly JsonObject[] => [
    {
      contentBlockStart: { contentBlockIndex: index, start: { toolUse: { toolUseId: `t${index}`, name: "f" } } },
    },
    delta(index, { toolUse: { input: "{}" } }),
    { contentBlockStop: { contentBlockIndex: index } },
  ];
  const kinds = decodePieces([streamBytes([...call(0), ...call(1), stop("tool_use"), COUNTS])]).map(({ type }) => type);
  const edges = kinds.filter((type) => /^(?:tool-call-(?:start|end)|choice-finish)$/u.test(type));
  const one = ["tool-call-start", "tool-call-end"];
  expect(edges).toEqual([...one, ...one, "choice-finish"]);
});
