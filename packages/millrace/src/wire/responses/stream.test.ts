import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { captured, llamaServer } from "./testing/recordings.ts";
import { decode, sse } from "./testing/wire.ts";

const CAPTURED = [
  "copilot-changing-ids.jsonl",
  "openai-custom-tool.jsonl",
  "openai-encrypted-reasoning.jsonl",
  "openai-image-generation.jsonl",
  "openai-quota.jsonl",
  "openai-tool-search.jsonl",
  "openai-two-messages.jsonl",
];

const done = (response: JsonObject = {}): JsonObject => ({
  type: "response.completed",
  response: { id: "resp_1", ...response },
});
const added = (item: JsonObject, output_index = 0): JsonObject => ({
  type: "response.output_item.added",
  output_index,
  item,
});
const itemDone = (item: JsonObject, output_index = 0): JsonObject => ({
  type: "response.output_item.done",
  output_index,
  item,
});
const message = (text: string, more: JsonObject = {}): JsonObject => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  content: [{ type: "output_text", text, annotations: [], ...more }],
});

describe("recorded streams", () => {
  test.each(CAPTURED)("%s is the same in one piece, byte by byte, and in odd pieces", (file) => {
    const whole = decode(captured(file)).events;
    expect(decode(captured(file), 1).events).toEqual(whole);
    expect(decode(captured(file), 211).events).toEqual(whole);
  });

  test("llama-server: text, usage and timings, without places or numbers", () => {
    const { response } = decode(llamaServer("Responses API stream"));
    expect(response).toMatchObject({
      id: "resp_bmgREirt1fIq1SnFRL8pdA6rC1tCgPiB",
      text: "Hello! I am a tiny scripted model. Grüße, 世界 👋🏽. Bye now.",
      finishReason: "stop",
      usage: { promptTokens: 20, completionTokens: 15, totalTokens: 35, cacheReadTokens: 19 },
      extra: { timings: { predicted_n: 15 } },
    });
  });

  test("llama-server: a tool call", () => {
    const { response } = decode(llamaServer("Responses API tool stream"));
    expect(response).toMatchObject({
      finishReason: "tool_calls",
      toolCalls: [
        {
          id: "call_Kl1KnkKysolW4mbxTHszqRqigyxaUQNR",
          name: "get_weather",
          input: { city: "Paris", unit: "celsius" },
          extra: { id: "fc_Kl1KnkKysolW4mbxTHszqRqigyxaUQNR" },
        },
      ],
    });
  });

  test("Copilot: another id in every event changes nothing", () => {
    const { response } = decode(captured("copilot-changing-ids.jsonl"));
    expect(response?.text).toMatch(/^There are \*\*3\*\* letter.*positions \*\*3, 8, and 9\*\*\.$/su);
    expect(response?.choices[0]).toMatchObject({ reasoning: "**Counting character occurrences**" });
    expect(response?.choices[0]?.reasoningDetails).toBeUndefined();
    expect(response?.usage).toMatchObject({ promptTokens: 19, completionTokens: 105, reasoningTokens: 44 });
  });

  test("a tool of free text", () => {
    expect(decode(captured("openai-custom-tool.jsonl")).response?.toolCalls).toEqual([
      {
        id: "call_custom_sql_001",
        type: "custom",
        name: "write_sql",
        arguments: "SELECT * FROM users WHERE age > 25",
        extra: { id: "ct_abc123def456" },
      },
    ]);
  });

  test("encrypted reasoning is given whole when its item is done, as it was then", () => {
    const { events, response } = decode(captured("openai-encrypted-reasoning.jsonl"));
    const details = response?.choices[0]?.reasoningDetails ?? [];
    expect(details).toHaveLength(1);
    expect(details[0]).toMatchObject({
      type: "reasoning.encrypted",
      id: "rs_01830d662ab3856501693c321405c88190be3ab04d5782d5f9",
      format: "openai-responses-v1",
      data: expect.stringMatching(/^gAAAAABpPDIVOKrs/u),
      summary: [{ type: "summary_text", text: response?.choices[0]?.reasoning }],
    });
    const kinds = events.map(({ type }) => type);
    expect(kinds.indexOf("reasoning-detail")).toBeLessThan(kinds.indexOf("tool-call-start"));
    expect(kinds.lastIndexOf("reasoning-delta")).toBeLessThan(kinds.indexOf("reasoning-detail"));
    expect(response?.toolCalls.length).toBeGreaterThan(0);
  });

  test("what the server made itself is kept as its item", () => {
    const { response } = decode(captured("openai-image-generation.jsonl"));
    expect(response?.choices[0]?.extra).toMatchObject({
      response_items: [expect.objectContaining({ type: "image_generation_call", status: "completed" })],
    });
  });

  test("a call in a namespace says so", () => {
    expect(decode(captured("openai-tool-search.jsonl")).response?.toolCalls).toMatchObject([
      { name: "get_weather", extra: { namespace: "get_weather" } },
    ]);
  });

  test("two messages are two paragraphs", () => {
    const { response } = decode(captured("openai-two-messages.jsonl"));
    expect(response?.text).toMatch(/^Got it[^\n]*\n\nHere are a few/u);
    expect(response).toMatchObject({ finishReason: "stop", extra: { service_tier: "default" } });
  });

  test("used-up quota: the event before response.failed is enough", () => {
    const { failure, response } = decode(captured("openai-quota.jsonl"));
    expect(failure?.failure).toMatchObject({ kind: "quota", upstream: { code: "insufficient_quota" } });
    expect(response).toBeUndefined();
  });
});

describe("how a stream ends", () => {
  test("without a word it was cut, whatever had come", () => {
    const { failure, response } = decode(sse(added(message("")), itemDone(message("hi"))));
    expect(failure?.failure).toMatchObject({ kind: "truncated", partial: true });
    expect(response?.text).toBe("hi");
    expect(decode(`${sse(itemDone(message("hi")))}data: [DONE]\n\n`).failure?.failure.kind).toBe("truncated");
  });

  test.each([
    ["response.completed", {}, "stop", "completed"],
    ["response.incomplete", { incomplete_details: { reason: "max_output_tokens" } }, "length", "max_output_tokens"],
    ["response.incomplete", { incomplete_details: { reason: "content_filter" } }, "content_filter", "content_filter"],
    ["response.incomplete", {}, "unknown", "incomplete"],
    [
      "response.completed",
      { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
      "length",
      "max_output_tokens",
    ],
  ])("%s %j is %s", (type, response, finishReason, rawFinishReason) => {
    const body = sse(itemDone(message("hi")), { type, response });
    expect(decode(body).response?.choices[0]).toMatchObject({ text: "hi", finishReason, rawFinishReason });
  });

  test.each([
    [{ code: "rate_limit_exceeded", message: "Rate limit reached. Please try again in 11.054s." }, "rate_limit"],
    [
      { code: "context_length_exceeded", message: "Your input exceeds the context window of this model." },
      "context_overflow",
    ],
    [{ code: "server_error", message: "The server had an error while processing your request." }, "server"],
    [null, "server"],
  ])("response.failed with %j is %s", (error, kind) => {
    const usage = { input_tokens: 3, output_tokens: 1, total_tokens: 4 };
    const { failure } = decode(sse(itemDone(message("hi")), { type: "response.failed", response: { error, usage } }));
    expect(failure?.failure).toMatchObject({ kind, partial: true });
    expect(failure?.partial).toMatchObject({ text: "hi", usage: { promptTokens: 3 } });
  });

  test.each([
    { type: "error", code: "ERR_SOMETHING", message: "Something went wrong", param: null, sequence_number: 1 },
    { type: "error", error: { type: "server_error", code: null, message: "Something went wrong" } },
  ])("an error event, flat or not: %j", (event) => {
    expect(decode(sse(event)).failure?.failure).toMatchObject({ upstream: { message: "Something went wrong" } });
  });

  test("what follows the end is not read", () => {
    expect(decode(sse(itemDone(message("hi")), done(), { type: "response.failed", response: {} })).response?.text).toBe(
      "hi",
    );
  });
});

describe("what some servers leave out", () => {
  test("deltas: whole items are enough", () => {
    const call = { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: '{"a":1}' };
    const reasoning = { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "why" }] };
    const { response } = decode(sse(itemDone(reasoning, 0), itemDone(message("hi"), 1), itemDone(call, 2), done()));
    expect(response).toMatchObject({ text: "hi", toolCalls: [{ id: "call_1", input: { a: 1 } }] });
    expect(response?.choices[0]?.reasoning).toBe("why");
  });

  test("items: what stands in the end is enough", () => {
    const output = [message("hi"), { type: "custom_tool_call", call_id: "c", name: "sql", input: "SELECT" }];
    expect(decode(sse(done({ output }))).response).toMatchObject({
      text: "hi",
      toolCalls: [{ type: "custom", arguments: "SELECT" }],
    });
  });

  test("the end of a text, which then stands in its last event", () => {
    const piece = { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "he" };
    const end = { type: "response.output_text.done", output_index: 0, content_index: 0, text: "hello" };
    const { response } = decode(sse(added(message("")), piece, end, itemDone(message("hello!")), done()));
    expect(response?.text).toBe("hello!");
  });

  test("a stream: one response, as JSON", () => {
    const response = {
      id: "resp_1",
      object: "response",
      status: "completed",
      error: null,
      model: "m",
      output: [message("hi")],
    };
    expect(decode(JSON.stringify(response)).response).toMatchObject({ id: "resp_1", text: "hi", finishReason: "stop" });
    expect(decode(JSON.stringify({ ...response, status: "queued" })).failure?.failure.kind).toBe("protocol");
    expect(decode(JSON.stringify({ choices: [] })).failure?.failure.kind).toBe("protocol");
  });

  test("framing: one event to a line of JSON", () => {
    const lines = [itemDone(message("hi")), done()].map((event) => JSON.stringify(event)).join("\n");
    expect(decode(lines).response?.text).toBe("hi");
  });
});

describe("what else an answer holds", () => {
  test("events that nobody knows are skipped, also those of known items", () => {
    const odd = [
      { type: "response.brand_new.delta", delta: "no" },
      { type: "keepalive", sequence_number: 3 },
    ];
    expect(decode(sse(...odd, itemDone(message("hi")), ...odd, done())).response?.text).toBe("hi");
  });

  test("several messages are paragraphs, whatever is between them, but an empty one is none", () => {
    const call = itemDone({ type: "function_call", call_id: "c", name: "f", arguments: "{}" }, 1);
    const [first, second] = [itemDone(message("So."), 0), itemDone(message("Yes."), 2)];
    expect(decode(sse(first, call, second, done())).response?.text).toBe("So.\n\nYes.");
    expect(decode(sse(first, itemDone(message(""), 1), done())).response?.text).toBe("So.");
  });

  test("where each message begins is told, with what only it has, but not of one that is alone and has nothing", () => {
    const bounds = (...items: readonly JsonObject[]): unknown =>
      decode(sse(...items.map((item, index) => itemDone(item, index)), done())).events.flatMap((event) =>
        event.type === "metadata" ? [event.fields] : [],
      );
    expect(bounds({ ...message("So."), phase: "commentary" }, message("Yes."))).toEqual([
      { output_messages: [{ phase: "commentary" }] },
      { output_messages: [{}] },
    ]);
    expect(bounds(message("Yes."))).toEqual([]);
  });

  test("citations, in the form of chat completions, once each", () => {
    const citation = { type: "url_citation", url: "https://a.example", title: "A", start_index: 0, end_index: 2 };
    const event = {
      type: "response.output_text.annotation.added",
      output_index: 0,
      annotation_index: 0,
      annotation: citation,
    };
    const { response } = decode(
      sse(added(message("")), event, itemDone(message("hi", { annotations: [citation] })), done()),
    );
    const { type, ...url_citation } = citation;
    expect(response?.choices[0]?.extra).toEqual({ annotations: [{ type, url_citation }] });
  });

  test("probabilities of tokens and refusals", () => {
    const logprobs = [{ token: "hi", logprob: -0.1, bytes: [104, 105], top_logprobs: [] }];
    const piece = { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "hi", logprobs };
    const refusal = { type: "response.refusal.delta", output_index: 0, content_index: 1, delta: "no" };
    const { response } = decode(sse(added(message("")), piece, refusal, itemDone(message("hi", { logprobs })), done()));
    expect(response?.choices[0]).toMatchObject({ text: "hi", refusal: "no", logprobs: { content: logprobs } });
  });

  test.each([
    ["the text's end", 0],
    ["the item", 1],
  ])("probabilities that come with %s only, and no other twice", (_where, from) => {
    const [a, b] = ["a", "b"].map((token) => ({ token, logprob: -1, bytes: null, top_logprobs: [] }));
    const both = [a ?? {}, b ?? {}];
    const at = { output_index: 0, content_index: 0 };
    const piece = { type: "response.output_text.delta", ...at, delta: "ab", logprobs: [a ?? {}] };
    const end = { type: "response.output_text.done", ...at, text: "ab", logprobs: from === 0 ? both : [] };
    const body = sse(added(message("")), piece, end, itemDone(message("ab", { logprobs: both })), done());
    expect(decode(body).response?.choices[0]?.logprobs).toEqual({ content: both });
  });

  test("parts of a summary are read with a blank line between them, and are kept apart in the detail", () => {
    const summary = ["one", "two"].map((text) => ({ type: "summary_text", text }));
    const pieces = summary.map(({ text }, summary_index) => ({
      type: "response.reasoning_summary_text.delta",
      output_index: 0,
      summary_index,
      delta: text,
    }));
    const item = { type: "reasoning", id: "rs_1", summary, encrypted_content: "secret" };
    const { response } = decode(sse(added({ ...item, summary: [] }), ...pieces, itemDone(item), done()));
    expect(response?.choices[0]?.reasoning).toBe("one\n\ntwo");
    expect(response?.choices[0]?.reasoningDetails).toEqual([
      { type: "reasoning.encrypted", data: "secret", id: "rs_1", summary, format: "openai-responses-v1" },
    ]);
  });

  test("a call ends with its item, not with the answer", () => {
    const call = (index: number, more: JsonObject = {}): JsonObject =>
      itemDone({ type: "function_call", call_id: `call_${index}`, name: "f", arguments: "{}", ...more }, index);
    const kinds = decode(sse(call(0), call(1), call(2, { status: "incomplete" }), done())).events.map(
      ({ type }) => type,
    );
    const isEdge = (type: string): boolean => /^(?:tool-call-(?:start|end)|choice-finish)$/u.test(type);
    const [begun, ended] = ["tool-call-start", "tool-call-end"];
    expect(kinds.filter(isEdge)).toEqual([begun, ended, begun, ended, begun, ended, "choice-finish"]);
    const open = decode(sse(call(0, { status: "incomplete" }))).events.map(({ type }) => type);
    expect(open).not.toContain(ended);
  });

  test("calls whose pieces alternate", () => {
    const begin = (index: number): JsonObject =>
      added({ type: "function_call", id: `fc_${index}`, call_id: `call_${index}`, name: "f", arguments: "" }, index);
    const piece = (output_index: number, delta: string): JsonObject => ({
      type: "response.function_call_arguments.delta",
      output_index,
      delta,
    });
    const body = sse(begin(0), begin(1), piece(1, '{"b":'), piece(0, '{"a":'), piece(1, "2}"), piece(0, "1}"), done());
    expect(decode(body).response?.toolCalls).toMatchObject([{ input: { a: 1 } }, { input: { b: 2 } }]);
  });
});
