import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent, StreamEvent } from "../../model/stream-event.ts";
import { normalizeUsage } from "../assembly/usage.ts";
import { failureOf } from "../failure/kinds.ts";
import { unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import { MessagesStreamEncoder } from "./encode-stream.ts";

const OPTIONS = { asked: {}, includeUsage: true, id: "req-1", model: "asked", createdSec: 0 };
const HEAD: StreamEvent = { type: "start", id: "up-1", model: "served" };
const USAGE = normalizeUsage({
  prompt_tokens: 20,
  completion_tokens: 4,
  prompt_tokens_details: { cached_tokens: 15 },
});

function written(...events: readonly DecodedEvent[]): readonly JsonObject[] {
  const text = new MessagesStreamEncoder(OPTIONS).encode(events);
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/u.exec(event) ?? [];
      const value = JSON.parse(data ?? "null") as JsonObject;
      expect(value["type"]).toBe(name);
      return value;
    });
}

const SIGNS: Readonly<Record<string, string>> = {
  content_block_start: "+",
  content_block_delta: "",
  content_block_stop: "-",
};

/** The events between the beginning and the end, as short words. */
function blocksOf(...events: readonly DecodedEvent[]): readonly string[] {
  const shorten = (event: JsonObject): string => {
    const { type, ...fields } = (event["content_block"] ?? event["delta"] ?? {}) as JsonObject;
    const said = Object.values(fields).flatMap((value) => (typeof value === "string" && value !== "" ? [value] : []));
    const word = `${SIGNS[event["type"] as string]}${(type ?? "") as string}`;
    return [event["index"] as number, word, ...said].filter((part) => part !== "").join(" ");
  };
  return written(HEAD, ...events, ...END)
    .filter(({ type }) => (type as string) in SIGNS)
    .map(shorten);
}

const text = (said: string): StreamEvent => ({ type: "text-delta", choice: 0, text: said });
const thought = (said: string): StreamEvent => ({ type: "reasoning-delta", choice: 0, text: said });
const detail = (value: JsonObject): StreamEvent => ({ type: "reasoning-detail", choice: 0, detail: value });
const call = (index: number, id: string): StreamEvent => ({
  type: "tool-call-start",
  choice: 0,
  index,
  id,
  name: "f",
  kind: "function",
});
const piece = (index: number, said: string): StreamEvent => ({ type: "tool-call-delta", choice: 0, index, text: said });
const whole = (index: number, id: string, said: string): StreamEvent => ({
  type: "tool-call-end",
  choice: 0,
  index,
  call: { id, type: "function", name: "f", arguments: said },
});
const fields = (value: JsonObject): StreamEvent => ({ type: "metadata", choice: 0, fields: value });
const RESPONSE = {
  id: "",
  model: "",
  text: "",
  toolCalls: [],
  finishReason: "stop",
  choices: [],
  warnings: [],
} as const;
const END: readonly StreamEvent[] = [
  { type: "choice-finish", choice: 0, reason: "stop", rawReason: "stop" },
  { type: "finish", response: RESPONSE },
];

describe("the ladder", () => {
  test("goes from the beginning to the end, with the counts at the end", () => {
    expect(written(HEAD, text("Hi"), { type: "usage", usage: USAGE }, ...END)).toEqual([
      {
        type: "message_start",
        message: {
          id: "up-1",
          type: "message",
          role: "assistant",
          model: "served",
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 },
        },
      },
      { type: "ping" },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { input_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 15, output_tokens: 4 },
      },
      { type: "message_stop" },
    ]);
  });

  test("begins with the counts that are known by then", () => {
    expect(written(HEAD, { type: "usage", usage: USAGE }, text("Hi"))[0]).toMatchObject({
      message: { usage: { input_tokens: 5, cache_read_input_tokens: 15 } },
    });
  });

  test("is whole for an answer of nothing", () => {
    expect(written(HEAD, ...END).map(({ type }) => type)).toEqual([
      "message_start",
      "ping",
      "message_delta",
      "message_stop",
    ]);
  });

  test("holds nothing of a second choice", () => {
    expect(blocksOf(text("one"), { type: "text-delta", choice: 1, text: "two" })).toEqual([
      "0 +text",
      "0 text_delta one",
      "0 -",
    ]);
  });
});

describe("blocks", () => {
  test("follow one another", () => {
    expect(blocksOf(thought("Hm"), text("a"), text("b"), call(0, "c1"), piece(0, "{}"), text("c"))).toEqual([
      "0 +thinking",
      "0 thinking_delta Hm",
      expect.stringMatching(/^0 signature_delta \S/u),
      "0 -",
      "1 +text",
      "1 text_delta a",
      "1 text_delta b",
      "1 -",
      "2 +tool_use c1 f",
      "2 input_json_delta {}",
      "2 -",
      "3 +text",
      "3 text_delta c",
      "3 -",
    ]);
  });

  test("of calls that grow side by side do too", () => {
    const events = [call(0, "c1"), call(1, "c2"), piece(0, '{"a"'), piece(1, '{"b"'), piece(0, ":1}"), piece(1, ":2}")];
    expect(blocksOf(...events, whole(0, "c1", '{"a":1}'), whole(1, "c2", '{"b":2}'))).toEqual([
      "0 +tool_use c1 f",
      '0 input_json_delta {"a"',
      "0 input_json_delta :1}",
      "0 -",
      "1 +tool_use c2 f",
      '1 input_json_delta {"b"',
      "1 input_json_delta :2}",
      "1 -",
    ]);
  });

  test("of a later call go out as soon as the earlier one is closed", () => {
    const encoder = new MessagesStreamEncoder(OPTIONS);
    encoder.encode([HEAD, call(0, "c1"), call(1, "c2"), piece(1, "{"), piece(0, "{")]);
    expect(encoder.encode([piece(0, "}")])).toContain("c2");
    expect(encoder.encode([piece(1, "}")])).toContain('"partial_json":"}"');
  });

  test("wait for a call that is not whole, and come in the end all the same", () => {
    expect(blocksOf(call(0, "c1"), piece(0, '{"a'), text("b"), call(1, "c2"), piece(1, "{}"))).toEqual([
      "0 +tool_use c1 f",
      '0 input_json_delta {"a',
      "0 -",
      "1 +text",
      "1 text_delta b",
      "1 -",
      "2 +tool_use c2 f",
      "2 input_json_delta {}",
      "2 -",
    ]);
  });

  test("of a tool of free text hold an object", () => {
    const start: StreamEvent = { type: "tool-call-start", choice: 0, index: 0, id: "c1", name: "f", kind: "custom" };
    const end: StreamEvent = {
      type: "tool-call-end",
      choice: 0,
      index: 0,
      call: { id: "c1", type: "custom", name: "f", arguments: "ls" },
    };
    expect(blocksOf(start, piece(0, "l"), piece(0, "s"), end)).toContain('0 input_json_delta {"input":"ls"}');
  });

  test("that another server of the dialect wrote come as they were", () => {
    const block = { type: "server_tool_use", id: "s1", name: "web_search", input: {} };
    expect(written(HEAD, fields({ content_blocks: [block] }))[2]).toMatchObject({ content_block: block });
  });
});

describe("reasoning", () => {
  const SIGNED = { type: "reasoning.text", text: "Hm", signature: "c2ln", format: "anthropic-claude-v1" };
  const FOREIGN = { type: "reasoning.encrypted", data: "b3BhcXVl", format: "openai-responses-v1" };

  const signatures = (...events: readonly StreamEvent[]): readonly string[] =>
    blocksOf(...events).flatMap((word) => /signature_delta (.*)/u.exec(word)?.[1] ?? []);

  test("of the dialect's own keeps its signature", () => {
    expect(signatures(thought("H"), thought("m"), detail(SIGNED), text("a"))).toEqual(["c2ln"]);
  });

  test("of the dialect's own comes out of its detail alone", () => {
    expect(blocksOf(detail(SIGNED), text("a")).slice(0, 4)).toEqual([
      "0 +thinking",
      "0 thinking_delta Hm",
      "0 signature_delta c2ln",
      "0 -",
    ]);
  });

  test("with a signature of another text carries both", () => {
    const [signature = ""] = signatures(thought("Other"), detail(SIGNED));
    expect(unwrapReasoning(signature)).toEqual([SIGNED]);
  });

  test("that was redacted is a block of its own", () => {
    const redacted = { type: "reasoning.encrypted", data: "c2Vj", format: "anthropic-claude-v1" };
    expect(blocksOf(detail(redacted))).toEqual(["0 +redacted_thinking c2Vj", "0 -"]);
  });

  test("of another dialect is carried in the signature", () => {
    const [signature = ""] = signatures(thought("Hm"), detail(FOREIGN), text("a"));
    expect(unwrapReasoning(signature)).toEqual([FOREIGN]);
  });

  test("of another dialect without a text is carried in a redacted block", () => {
    const [start = ""] = blocksOf(detail(FOREIGN), text("a"));
    expect(start).toMatch(/^0 \+redacted_thinking /u);
    expect(unwrapReasoning(start.split(" ")[2] ?? "")).toEqual([FOREIGN]);
  });

  test("in pieces is put together again", () => {
    const pieces = [
      { type: "reasoning.text", index: 0, text: "H", format: "anthropic-claude-v1" },
      { type: "reasoning.text", index: 0, text: "m", format: "anthropic-claude-v1" },
      { type: "reasoning.text", index: 0, signature: "c2ln", format: "anthropic-claude-v1" },
    ];
    expect(
      signatures(thought("H"), ...pieces.slice(0, 1).map(detail), thought("m"), ...pieces.slice(1).map(detail)),
    ).toEqual(["c2ln"]);
  });

  test("behind a signature is another block", () => {
    const blocks = blocksOf(thought("Hm"), detail(SIGNED), thought("So"), text("a"));
    expect(blocks.filter((word) => word.includes("+thinking"))).toEqual(["0 +thinking", "1 +thinking"]);
  });
});

describe("citations", () => {
  const page = { url: "https://a.example", title: "A", start_index: 0, end_index: 2 };
  const annotation = fields({ annotations: [{ type: "url_citation", url_citation: page }] });
  const CITED = {
    type: "citations_delta",
    citation: {
      type: "web_search_result_location",
      url: "https://a.example",
      title: "A",
      cited_text: "",
      encrypted_index: "",
    },
  };

  test.each([
    ["behind their text", [text("Hi"), annotation]],
    ["before it", [annotation, text("Hi")]],
  ])("stand in the block of the text when they come %s", (_, events) => {
    const all = written(HEAD, ...events, ...END);
    expect(all.map(({ delta }) => delta)).toContainEqual(CITED);
    expect(all.filter(({ type }) => type === "content_block_start")).toHaveLength(1);
  });

  test("of a document come as they were", () => {
    const citation = { type: "page_location", document_index: 0, cited_text: "a" };
    expect(written(HEAD, text("Hi"), fields({ citations: [citation] })).at(-1)).toMatchObject({ delta: { citation } });
  });
});

describe("the end", () => {
  type Finish = Omit<Extract<StreamEvent, { type: "choice-finish" }>, "type" | "choice">;
  const ended = (finish: Finish, ...before: readonly StreamEvent[]): JsonObject | undefined =>
    written(HEAD, ...before, { type: "choice-finish", choice: 0, ...finish }, ...END.slice(1)).at(-2);

  test.each<[string, Finish, string]>([
    ["a stop", { reason: "stop", rawReason: "stop" }, "end_turn"],
    ["a length", { reason: "length", rawReason: "length" }, "max_tokens"],
    ["calls", { reason: "tool_calls", rawReason: "stop" }, "tool_use"],
    ["a filter", { reason: "content_filter", rawReason: "content_filter" }, "refusal"],
    ["nothing known", { reason: "unknown", rawReason: null }, "end_turn"],
    [
      "a full window",
      { reason: "length", rawReason: "model_context_window_exceeded" },
      "model_context_window_exceeded",
    ],
    ["a pause", { reason: "unknown", rawReason: "pause_turn" }, "pause_turn"],
    ["a word that does not fit", { reason: "tool_calls", rawReason: "end_turn" }, "tool_use"],
    ["a sequence", { reason: "stop", rawReason: "stop", stopSequence: "#" }, "stop_sequence"],
  ])("by %s", (_, finish, word) => {
    expect(ended(finish)).toMatchObject({ delta: { stop_reason: word, stop_sequence: finish.stopSequence ?? null } });
  });

  test("a refusal in words is text, and a reason", () => {
    const refusal: StreamEvent = { type: "refusal-delta", choice: 0, text: "No." };
    expect(ended({ reason: "stop", rawReason: "stop" }, refusal)).toMatchObject({
      delta: { stop_reason: "refusal", stop_details: { type: "refusal", explanation: "No." } },
    });
    expect(blocksOf(refusal)).toContain("0 text_delta No.");
  });

  test("tells what only a server of the dialect tells", () => {
    const about: StreamEvent = {
      type: "metadata",
      fields: { container: { id: "c" }, context_management: { applied_edits: [] }, service_tier: "default", other: 1 },
    };
    expect(ended({ reason: "stop", rawReason: null }, about)).toMatchObject({
      delta: { container: { id: "c" } },
      context_management: { applied_edits: [] },
      usage: { service_tier: "standard" },
    });
  });
});

describe("a failure", () => {
  const failure = failureOf("overloaded", "Too much", { partial: true });

  test("is the last event, and leaves the block open that is not whole", () => {
    const events = written(HEAD, call(0, "c1"), piece(0, '{"a'), { type: "failure", failure }, text("more"));
    expect(events.slice(-2)).toEqual([
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '{"a' } },
      { type: "error", error: { type: "overloaded_error", message: "Too much", code: "overloaded" } },
    ]);
  });

  test("comes behind the counts that are known", () => {
    const events = written(HEAD, text("a"), { type: "usage", usage: USAGE }, { type: "failure", failure });
    expect(events.at(-2)).toMatchObject({
      type: "message_delta",
      delta: { stop_reason: null },
      usage: { output_tokens: 4 },
    });
  });

  test("before anything else is all there is", () => {
    expect(written({ type: "failure", failure }).map(({ type }) => type)).toEqual(["error"]);
  });
});
