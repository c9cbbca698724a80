import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { failureOf } from "../failure/kinds.ts";
import { arrayOf, objectOf } from "../json/read.ts";
import { responsesClient } from "./codec.ts";
import { begin, end, finish, last, names, of, piece, start, text, usage, why } from "./testing/events.ts";
import { encode, encoding, readEvents } from "./testing/wire.ts";

describe("the ladder", () => {
  test("of a text", () => {
    const events = encode([start, text("he"), text("llo"), usage, ...finish()]);
    expect(names(events)).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
    expect(events.map(({ data }) => data["sequence_number"])).toEqual(events.map((_, index) => index));
    expect(events.every(({ name, data }) => data["type"] === name)).toBe(true);
    const item = { id: "msg_req_1_0", type: "message", status: "completed", role: "assistant" };
    const content = [{ type: "output_text", text: "hello", annotations: [], logprobs: [] }];
    expect(last(events)).toMatchObject({
      id: "resp_req_1",
      model: "qwen",
      created_at: 7,
      output: [{ ...item, content }],
    });
    expect(of(events, "output_text.done")).toEqual([
      expect.objectContaining({ item_id: "msg_req_1_0", output_index: 0, content_index: 0, text: "hello" }),
    ]);
  });

  test("of reasoning, a text, a refusal and a call: each an item of its own, or a part", () => {
    const refusal: DecodedEvent = { type: "refusal-delta", choice: 0, text: "no" };
    const events = encode([
      start,
      why("hm"),
      text("a"),
      refusal,
      begin(0),
      piece(0, "{}"),
      end(0, "{}"),
      ...finish("tool_calls"),
    ]);
    expect(names(events).slice(2)).toEqual([
      "output_item.added",
      "reasoning_summary_part.added",
      "reasoning_summary_text.delta",
      "reasoning_summary_text.done",
      "reasoning_summary_part.done",
      "output_item.done",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "content_part.added",
      "refusal.delta",
      "refusal.done",
      "content_part.done",
      "output_item.done",
      "output_item.added",
      "function_call_arguments.delta",
      "function_call_arguments.done",
      "output_item.done",
      "completed",
    ]);
    expect(of(events, "output_item.done").map(({ output_index: index }) => index)).toEqual([0, 1, 2]);
    expect(last(events)["output"]).toMatchObject([
      { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
      { type: "message", content: [{ text: "a" }, { type: "refusal", refusal: "no" }] },
      { type: "function_call", call_id: "call_0", name: "f", arguments: "{}", status: "completed" },
    ]);
  });

  test("of an answer that says nothing still ends, with counts", () => {
    const events = encode([start, ...finish()]);
    expect(names(events)).toEqual(["created", "in_progress", "completed"]);
    expect(last(events)).toMatchObject({
      status: "completed",
      output: [],
      usage: {
        input_tokens: 0,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 0,
      },
    });
  });

  test("text behind calls is another message, and calls whose pieces alternate stay apart", () => {
    const events = encode([
      start,
      text("a"),
      begin(0),
      begin(1),
      piece(1, "{}"),
      piece(0, '{"a"'),
      text("b"),
      piece(0, ":1}"),
      end(0, '{"a":1}'),
      end(1, "{}"),
      ...finish(),
    ]);
    expect(last(events)["output"]).toMatchObject([
      { type: "message", content: [{ text: "a" }] },
      { type: "function_call", call_id: "call_0", arguments: '{"a":1}' },
      { type: "function_call", call_id: "call_1", arguments: "{}" },
      { type: "message", content: [{ text: "b" }] },
    ]);
    const ids = (last(events)["output"] as readonly { readonly id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(["msg_req_1_0", "fc_req_1_0", "fc_req_1_1", "msg_req_1_1"]);
    const deltas = of(events, "function_call_arguments.delta").map(({ output_index: index, delta }) => [index, delta]);
    expect(deltas).toEqual([
      [2, "{}"],
      [1, '{"a"'],
      [1, ":1}"],
    ]);
  });
});

describe("how an answer ends", () => {
  test.each([
    ["length", "max_output_tokens"],
    ["content_filter", "content_filter"],
  ] as const)("%s: incomplete, because of %s", (reason, word) => {
    const events = encode([start, text("a"), begin(0), piece(0, '{"a'), end(0, '{"a', true), ...finish(reason)]);
    expect(names(events).at(-1)).toBe("incomplete");
    expect(last(events)).toMatchObject({ status: "incomplete", incomplete_details: { reason: word } });
    expect(last(events)["output"]).toMatchObject([
      { status: "completed" },
      { type: "function_call", status: "incomplete" },
    ]);
    const alone = encode([start, text("a"), ...finish(reason)]);
    expect(last(alone)["output"]).toMatchObject([{ type: "message", status: "incomplete" }]);
  });

  test("a failure: what is open is not said to be done, so that no half call is made", () => {
    const failure = failureOf("truncated", "The stream was cut.");
    const events = encode([
      start,
      usage,
      text("a"),
      begin(0),
      piece(0, '{"a'),
      { type: "failure", failure },
      text("b"),
    ]);
    expect(names(events).slice(-2)).toEqual(["error", "failed"]);
    expect(of(events, "output_item.done")).toHaveLength(1);
    expect(last(events)).toMatchObject({
      status: "failed",
      error: { code: "server_error", message: "The stream was cut." },
      output: [{ type: "message" }, { type: "function_call", status: "incomplete", arguments: '{"a' }],
      usage: { input_tokens: 5, output_tokens: 3 },
    });
  });

  test("a failure before anything else", () => {
    const events = encode([{ type: "failure", failure: failureOf("overloaded", "Busy.") }]);
    expect(names(events)).toEqual(["created", "in_progress", "error", "failed"]);
    expect(last(events)).toMatchObject({ id: "resp_req_1", error: { code: "server_is_overloaded" }, usage: null });
  });

  test("counts are those of the server", () => {
    expect(last(encode([start, usage, ...finish()]))["usage"]).toEqual({
      input_tokens: 5,
      input_tokens_details: { cached_tokens: 2 },
      output_tokens: 3,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 8,
    });
  });

  test("other choices than the first are not written", () => {
    const events = encode([start, { type: "text-delta", choice: 1, text: "b" }, text("a"), ...finish()]);
    expect(last(events)["output"]).toMatchObject([{ content: [{ text: "a" }] }]);
  });
});

test("messages of one answer stay apart, each with its phase, and their texts without the break", () => {
  const begins = (fields: JsonObject): DecodedEvent => ({
    type: "metadata",
    choice: 0,
    fields: { output_messages: [fields] },
  });
  const events = encode([
    start,
    begins({ phase: "commentary" }),
    text("Let me look."),
    begins({ phase: "final_answer" }),
    text("\n\n42"),
    ...finish(),
  ]);
  const expected = [
    { type: "message", phase: "commentary", content: [{ text: "Let me look." }] },
    { type: "message", phase: "final_answer", content: [{ text: "42" }] },
  ];
  expect(last(events)["output"]).toMatchObject(expected);
  expect(of(events, "output_item.done")).toMatchObject(expected.map((item) => ({ item })));
});

describe("beside the text", () => {
  test("citations, before or behind it, and probabilities of tokens", () => {
    const citation = (url: string): DecodedEvent => ({
      type: "metadata",
      choice: 0,
      fields: { annotations: [{ type: "url_citation", url_citation: { url, start_index: 0, end_index: 1 } }] },
    });
    const logprobs: DecodedEvent = {
      type: "logprobs",
      choice: 0,
      logprobs: { content: [{ token: "a", logprob: -1 }] },
    };
    const events = encode([start, citation("u1"), logprobs, text("a"), citation("u2"), ...finish()]);
    const expected = ["u1", "u2"].map((url) => ({
      type: "url_citation",
      url,
      title: url,
      start_index: 0,
      end_index: 1,
    }));
    const token = { token: "a", logprob: -1, top_logprobs: [] };
    expect(of(events, "output_text.annotation.added")).toMatchObject(
      expected.map((annotation, annotation_index) => ({ annotation, annotation_index, content_index: 0 })),
    );
    expect(of(events, "output_text.delta")[0]?.["logprobs"]).toEqual([token]);
    expect(last(events)["output"]).toMatchObject([{ content: [{ annotations: expected, logprobs: [token] }] }]);
  });

  test.each<[string, JsonObject, JsonObject | undefined]>([
    [
      "a web page in the form of this dialect",
      { type: "url_citation", url: "u" },
      { type: "url_citation", url: "u", title: "u", start_index: 0, end_index: 0 },
    ],
    [
      "a file",
      { type: "file_citation", file_id: "file-1", index: null },
      { type: "file_citation", file_id: "file-1", filename: "file-1", index: 0 },
    ],
    [
      "a file of a container",
      { type: "container_file_citation", container_id: "c", file_id: "f", filename: "a.csv" },
      {
        type: "container_file_citation",
        container_id: "c",
        file_id: "f",
        filename: "a.csv",
        start_index: 0,
        end_index: 0,
      },
    ],
    ["a path", { type: "file_path", file_id: "f", index: 3 }, { type: "file_path", file_id: "f", index: 3 }],
    ["a file without its id", { type: "file_path", index: 3 }, undefined],
    ["a file that OpenRouter parsed", { type: "file", file: { hash: "h", name: "a.pdf" } }, undefined],
    ["a type that only objects have", { type: "constructor" }, undefined],
  ])("of a citation all that readers want, and none that they do not know: %s", (_what, annotation, written) => {
    const event: DecodedEvent = { type: "metadata", choice: 0, fields: { annotations: [annotation] } };
    const output = last(encode([start, text("a"), event, ...finish()]))["output"];
    expect(output).toMatchObject([{ content: [{ annotations: written === undefined ? [] : [written] }] }]);
  });

  const logprobsOf = (token: string): DecodedEvent => ({
    type: "logprobs",
    choice: 0,
    logprobs: { content: [{ token, logprob: -1 }] },
  });
  const tokens = (part: JsonObject | undefined): readonly unknown[] =>
    arrayOf(part?.["logprobs"]).map((entry) => objectOf(entry)?.["token"]);

  test("probabilities stand with the piece that they come before", () => {
    const events = encode([start, logprobsOf("a"), text("a"), logprobsOf("b"), text("b"), ...finish()]);
    expect(of(events, "output_text.delta").map(tokens)).toEqual([["a"], ["b"]]);
    expect(of(events, "output_text.done").map(tokens)).toEqual([["a", "b"]]);
  });

  test.each([
    ["the end", finish()],
    ["a call", [begin(0), end(0, "{}"), ...finish()]],
    ["a refusal", [{ type: "refusal-delta", choice: 0, text: "no" } as const, ...finish()]],
  ])("those that come behind all text stand in its end, before %s", (_what, after) => {
    const events = encode([start, text("a"), logprobsOf("a"), text("b"), logprobsOf("b"), ...after]);
    expect(of(events, "output_text.delta").map(tokens)).toEqual([[], ["a"]]);
    expect(of(events, "output_text.done").map(tokens)).toEqual([["a", "b"]]);
    const message = objectOf(arrayOf(last(events)["output"])[0]);
    expect(tokens(objectOf(arrayOf(message?.["content"])[0]))).toEqual(["a", "b"]);
  });

  test("items that the server made, and the service tier", () => {
    const search = { type: "web_search_call", id: "ws_1", status: "completed" };
    const events = encode([
      start,
      { type: "metadata", choice: 0, fields: { response_items: [search] } },
      { type: "metadata", fields: { service_tier: "flex" } },
      text("a"),
      ...finish(),
    ]);
    expect(last(events)).toMatchObject({ service_tier: "flex", output: [search, { type: "message" }] });
  });
});

test("the request is repeated, and what it left out is said", () => {
  const asked = {
    instructions: "i",
    temperature: 0,
    store: false,
    reasoning: { effort: "low" },
    text: { verbosity: "low" },
    metadata: { a: "b" },
    previous_response_id: "resp_0",
    tools: [{ type: "custom", name: "x" }],
  };
  for (const event of encode([start, ...finish()], asked)) {
    expect(event.data["response"]).toMatchObject({
      ...asked,
      object: "response",
      reasoning: { effort: "low", summary: null },
      text: { format: { type: "text" }, verbosity: "low" },
      tool_choice: "auto",
      parallel_tool_calls: true,
      top_p: 1,
      max_output_tokens: null,
      error: null,
      incomplete_details: null,
    });
  }
});

test("however the events are cut into batches, the stream is the same", () => {
  const events = [start, why("a"), text("b"), begin(0), piece(0, "{}"), end(0, "{}"), usage, ...finish()];
  const one = responsesClient.createStreamEncoder(encoding());
  const many = responsesClient.createStreamEncoder(encoding());
  expect(events.map((event) => many.encode([event])).join("")).toBe(one.encode(events));
  expect(many.encode([text("more")])).toBe("");
});

test("an error of which nothing else is known is two events", () => {
  const events = readEvents(responsesClient.encodeErrorEvent(failureOf("context_overflow", "Too long.")));
  expect(events.map(({ name }) => name)).toEqual(["error", "response.failed"]);
  expect(events[1]?.data).toMatchObject({
    sequence_number: 1,
    response: { error: { code: "context_length_exceeded" } },
  });
});
