import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Choice, InferenceResponse } from "../../model/response.ts";
import { answerOf, beginOf, decodeAll, deltaOf, endOf, START, STOP, streamOf } from "./testing/decode.ts";
import { recordedStream } from "./testing/recordings.ts";

interface Expected extends Partial<Omit<Choice, "toolCalls" | "extra">> {
  readonly calls?: readonly string[];
  readonly usage: object;
}

const RECORDINGS: Readonly<Record<string, Expected>> = {
  "text.jsonl": {
    text: "Hello! I'm doing well, thank you for asking. How are you doing today? Is there anything I can help you with?",
    finishReason: "stop",
    usage: { promptTokens: 12, completionTokens: 30, cacheReadTokens: 0, cacheWriteTokens: 0 },
  },
  "tool-call.jsonl": {
    text: "I'll invoke the JSON response tool.",
    calls: ['json {"elements": [{"location": "San Francisco", "temperature": 58, "condition": "sunny"}]}'],
    finishReason: "tool_calls",
    usage: { promptTokens: 849, completionTokens: 47 },
  },
  "tools-without-arguments.jsonl": {
    text: "I'll update the issue list for you.",
    calls: ["updateIssueList {}"],
    finishReason: "tool_calls",
    usage: { promptTokens: 565, completionTokens: 48 },
  },
  "input-counted-last.jsonl": { text: "pong", finishReason: "stop", usage: { promptTokens: 61, completionTokens: 2 } },
  "two-starts.jsonl": {
    text: "Hello, World!",
    finishReason: "stop",
    usage: { promptTokens: 17, completionTokens: 227 },
  },
  "refusal.jsonl": {
    text: "",
    refusal:
      "This request triggered restrictions on violative cyber content and was blocked under Anthropic's Usage Policy.",
    finishReason: "content_filter",
    rawFinishReason: "refusal",
    usage: { promptTokens: 18, completionTokens: 5 },
  },
  "llama-server.txt": {
    text: "The answer is 4.",
    reasoning: "Two and two make four, surely.\n",
    finishReason: "stop",
    usage: { promptTokens: 20, cacheReadTokens: 19, completionTokens: 17 },
  },
};

describe.each(Object.entries(RECORDINGS))("the recorded %s", (file, { calls = [], usage, ...expected }) => {
  test.each([Infinity, 1, 7])("says what it said, in pieces of %d bytes", (size) => {
    const last = decodeAll(recordedStream(file), size).at(-1);
    expect(last).toMatchObject({ type: "finish", response: { usage } });
    const choice = last?.type === "finish" ? last.response.choices[0] : undefined;
    expect(choice).toMatchObject(expected);
    expect(choice?.toolCalls.map(({ name, arguments: text }) => `${name} ${text}`)).toEqual(calls);
  });
});

test("the name and the model of the reply are the server's", () => {
  expect(answerOf(recordedStream("text.jsonl")).response).toMatchObject({
    id: "msg_01QC4g3HwBThD4BaNtBckFDJ",
    model: "claude-sonnet-4-5-20250929",
    extra: { service_tier: "default" },
  });
});

describe("reasoning", () => {
  test("is given as it comes, and once more with its signature when the block is over", () => {
    const events = decodeAll(recordedStream("thinking.jsonl"));
    const reasoning = events.flatMap((event) => (event.type === "reasoning-delta" ? [event.text] : []));
    const detail = events.find(({ type }) => type === "reasoning-detail");
    expect(reasoning).toHaveLength(9);
    expect(detail).toMatchObject({
      detail: { type: "reasoning.text", text: reasoning.join(""), format: "anthropic-claude-v1" },
    });
    expect(events.findIndex(({ type }) => type === "reasoning-detail")).toBeLessThan(
      events.findIndex(({ type }) => type === "text-delta"),
    );
  });

  test("without a signature is readable only", () => {
    expect(answerOf(recordedStream("llama-server.txt")).response?.choices[0]).not.toHaveProperty("reasoningDetails");
  });

  test("that was redacted is kept for the next turn", () => {
    const body = streamOf(START, beginOf(0, { type: "redacted_thinking", data: "c2VjcmV0" }), endOf("end_turn"), STOP);
    expect(answerOf(body).response?.choices[0]?.reasoningDetails).toEqual([
      { type: "reasoning.encrypted", data: "c2VjcmV0", format: "anthropic-claude-v1" },
    ]);
  });
});

describe("what the model has no name for", () => {
  const extraOf = (file: string): JsonObject | undefined => answerOf(recordedStream(file)).response?.choices[0]?.extra;

  test("citations of pages become annotations, with the place of their text", () => {
    const { text } = answerOf(recordedStream("web-search-citations.jsonl")).response ?? { text: "" };
    const { annotations } = extraOf("web-search-citations.jsonl") ?? {};
    const [first] = annotations as JsonObject[];
    const page = first?.["url_citation"] as JsonObject;
    expect(page).toMatchObject({ url: expect.stringContaining("https://www.apple.com/") as string });
    const cited = text.slice(Number(page["start_index"]), Number(page["end_index"]));
    expect(cited).toMatch(/^Apple today announced .* at 10 a\.m\. JST\.$/u);
  });

  test.each([
    ["server-tools.jsonl", ["mcp_tool_use", "mcp_tool_result"], { input: { message: "hello world" } }],
    ["web-search-citations.jsonl", ["server_tool_use", "web_search_tool_result"], { name: "web_search" }],
    ["fallback.jsonl", ["fallback"], { to: { model: "claude-opus-4-8" } }],
  ])("blocks of %s are kept whole", (file, types, first) => {
    const blocks = extraOf(file)?.["content_blocks"] as JsonObject[];
    expect(blocks.map(({ type }) => type)).toEqual(types);
    expect(blocks[0]).toMatchObject(first);
  });

  test("such blocks are held only up to the limit of an answer", () => {
    const grow = Array.from({ length: 200 }, () => deltaOf(0, "input_json_delta", { partial_json: "x".repeat(100) }));
    const body = streamOf(START, beginOf(0, { type: "server_tool_use" }), ...grow);
    expect(decodeAll(body, Infinity, { assembledBytes: 10_000 }).at(-1)).toMatchObject({
      type: "failure",
      failure: { kind: "protocol", message: expect.stringContaining("10000 bytes") as string },
    });
  });

  test("fields beside the last one are those of the reply", () => {
    expect(answerOf(recordedStream("thinking.jsonl")).response?.extra).toMatchObject({
      context_management: { applied_edits: [] },
    });
  });
});

describe("how a stream ends", () => {
  const said = [START, beginOf(0, { type: "text", text: "Hi" })];

  test.each<[string, string, InferenceResponse["finishReason"]]>([
    ["end_turn", "end_turn", "stop"],
    ["stop_sequence", "stop_sequence", "stop"],
    ["max_tokens", "max_tokens", "length"],
    ["model_context_window_exceeded", "model_context_window_exceeded", "length"],
    ["refusal", "refusal", "content_filter"],
    ["pause_turn", "pause_turn", "unknown"],
  ])("%s", (_, raw, finishReason) => {
    expect(answerOf(streamOf(...said, endOf(raw), STOP)).response?.choices[0]).toMatchObject({
      finishReason,
      rawFinishReason: raw,
    });
  });

  test("why the model refused is told once: not where it said so in its answer", () => {
    const stop_details = { type: "refusal", category: null, explanation: "Hi" };
    const body = streamOf(...said, endOf("refusal", { stop_details }), STOP);
    const choice = answerOf(body).response?.choices[0];
    expect(choice).toMatchObject({ text: "Hi", extra: { choice: { stop_details } } });
    expect(choice).not.toHaveProperty("refusal");
  });

  test("a stop sequence is told", () => {
    const body = streamOf(...said, endOf("stop_sequence", { stop_sequence: "\n\n" }), STOP);
    expect(answerOf(body).response?.choices[0]?.stopSequence).toBe("\n\n");
  });

  test("a reason without the last event is enough", () => {
    expect(answerOf(streamOf(...said, endOf("end_turn"))).response?.text).toBe("Hi");
  });

  test("the last event without a reason is enough", () => {
    expect(answerOf(streamOf(...said, STOP)).response).toMatchObject({ text: "Hi", finishReason: "unknown" });
  });

  test.each([
    ["neither", streamOf(...said), "truncated"],
    [
      "an error",
      streamOf(...said, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
      "overloaded",
    ],
    ["another answer inside of it", recordedStream("second-answer-inside.jsonl"), "protocol"],
  ])("%s is a failure, with what had arrived", (_, body, kind) => {
    const { response, failure } = answerOf(body);
    expect(failure).toBe(kind);
    expect(response?.usage?.promptTokens).toBeGreaterThan(0);
    expect(`${response?.text}${response?.choices[0]?.reasoning}`).not.toBe("");
  });

  test("nothing behind the end is read", () => {
    const events = decodeAll(streamOf(...said, endOf("end_turn"), STOP, beginOf(1, { type: "text", text: "more" })));
    expect(events.filter(({ type }) => type === "text-delta")).toHaveLength(1);
  });
});

describe("calls", () => {
  test("that overlap stay apart", () => {
    const body = streamOf(
      START,
      beginOf(0, { type: "tool_use", id: "a", name: "one", input: {} }),
      beginOf(1, { type: "tool_use", id: "b", name: "two", input: {} }),
      deltaOf(0, "input_json_delta", { partial_json: '{"x":' }),
      deltaOf(1, "input_json_delta", { partial_json: '{"y":2}' }),
      deltaOf(0, "input_json_delta", { partial_json: "1}" }),
      endOf("tool_use"),
      STOP,
    );
    expect(answerOf(body).response?.toolCalls).toMatchObject([
      { id: "a", name: "one", input: { x: 1 } },
      { id: "b", name: "two", input: { y: 2 } },
    ]);
  });

  test("whose arguments come at once are read", () => {
    const call = { type: "tool_use", id: "a", name: "one", input: { x: 1 }, caller: { type: "direct" } };
    const body = streamOf(START, beginOf(0, call), { type: "content_block_stop", index: 0 }, endOf("tool_use"), STOP);
    expect(answerOf(body).response?.toolCalls).toEqual([
      { id: "a", type: "function", name: "one", arguments: '{"x":1}', input: { x: 1 } },
    ]);
  });
});

test("a reply that comes whole says the same", () => {
  const message = {
    ...START.message,
    content: [
      { type: "thinking", thinking: "Hm.", signature: "c2ln" },
      { type: "text", text: "Hi", citations: null },
      { type: "tool_use", id: "a", name: "one", input: { x: 1 } },
    ],
    stop_reason: "tool_use",
    stop_sequence: null,
    usage: { input_tokens: 2, cache_read_input_tokens: 7, cache_creation_input_tokens: 1, output_tokens: 3 },
  };
  expect(answerOf(JSON.stringify(message)).response).toMatchObject({
    text: "Hi",
    toolCalls: [{ id: "a", input: { x: 1 } }],
    finishReason: "tool_calls",
    choices: [{ reasoning: "Hm.", reasoningDetails: [{ text: "Hm.", signature: "c2ln" }] }],
    usage: { promptTokens: 10, cacheReadTokens: 7, cacheWriteTokens: 1, completionTokens: 3 },
  });
});

test.each([
  ["no message", '{"choices":[]}', "protocol"],
  ["an error", '{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}', "rate_limit"],
])("a document that is %s is a failure", (_, body, kind) => {
  expect(answerOf(body).failure).toBe(kind);
});

test("calls end when they are whole, not with the answer", () => {
  const call = (index: number): readonly { readonly type: string; readonly index?: number }[] => [
    beginOf(index, { type: "tool_use", id: `toolu_${index}`, name: "f", input: {} }),
    deltaOf(index, "input_json_delta", { partial_json: "{}" }),
    { type: "content_block_stop", index },
  ];
  const kinds = decodeAll(streamOf(START, ...call(0), ...call(1), endOf("tool_use"), STOP)).map(({ type }) => type);
  const edges = kinds.filter((type) => /^(?:tool-call-(?:start|end)|choice-finish)$/u.test(type));
  const one = ["tool-call-start", "tool-call-end"];
  expect(edges).toEqual([...one, ...one, "choice-finish"]);
});
