import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent, StreamEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import { failureOf } from "../failure/kinds.ts";
import type { AnswerEncoding } from "../translation/codec.ts";
import { ollamaChatClient, ollamaGenerateClient } from "./codec.ts";
import { KEEP_ALIVE } from "./keep-alive.ts";
import { answerOf, linesOf, reply } from "./testing/replies.ts";

const OPTIONS: AnswerEncoding = { asked: {}, includeUsage: false, id: "r", model: "m", createdSec: 1_700_000_000 };
const CREATED = "2023-11-14T22:13:20.000Z";
const HEAD = { model: "m", created_at: CREATED };
const NO_TIMES = { total_duration: 0, load_duration: 0, prompt_eval_duration: 0, eval_duration: 0 };

const text = (piece: string): StreamEvent => ({ type: "text-delta", choice: 0, text: piece });
const thinks = (piece: string): StreamEvent => ({ type: "reasoning-delta", choice: 0, text: piece });
const ended = (index: number, call: ToolCall): StreamEvent => ({ type: "tool-call-end", choice: 0, index, call });
const call = (id: string, more: Partial<ToolCall> = {}): ToolCall => ({
  id,
  type: "function",
  name: "f",
  arguments: '{"a":1}',
  input: { a: 1 },
  ...more,
});
const finish = (
  reason: "stop" | "length" | "tool_calls" | "content_filter" | "unknown" = "stop",
): readonly StreamEvent[] => [
  { type: "choice-finish", choice: 0, reason, rawReason: null },
  { type: "finish", response: answerOf(reply("chat-load.json")) },
];

const linesFor = (events: readonly DecodedEvent[], codec = ollamaChatClient): readonly JsonObject[] => {
  const encoder = codec.createStreamEncoder(OPTIONS);
  return linesOf(events.map((event) => encoder.encode([event])).join(""));
};
const piece = (message: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...HEAD,
  message: { role: "assistant", content: "", ...message },
  done: false,
  ...more,
});

describe("a stream", () => {
  test("a line for each piece, and a last one", () => {
    const usage = { promptTokens: 3, completionTokens: 2, raw: {} };
    expect(linesFor([thinks("Hm"), text("a\n"), text("b"), { type: "usage", usage }, ...finish()])).toEqual([
      piece({ thinking: "Hm" }),
      piece({ content: "a\n" }),
      piece({ content: "b" }),
      piece({}, { done: true, done_reason: "stop", ...NO_TIMES, prompt_eval_count: 3, eval_count: 2 }),
    ]);
  });

  test("of one question", () => {
    expect(linesFor([thinks("Hm"), text("a"), ...finish()], ollamaGenerateClient)).toEqual([
      { ...HEAD, response: "", thinking: "Hm", done: false },
      { ...HEAD, response: "a", done: false },
      { ...HEAD, response: "", done: true, done_reason: "stop", ...NO_TIMES },
    ]);
  });

  test("a refusal is text, and of several answers the first is told", () => {
    expect(
      linesFor([{ type: "refusal-delta", choice: 0, text: "No." }, { ...text("b"), choice: 1 } as StreamEvent]),
    ).toEqual([piece({ content: "No." })]);
  });

  test("the reply's own model and time go before those that were asked for", () => {
    expect(linesFor([{ type: "start", id: "x", model: "n", created: 0 }, text("a")])).toMatchObject([
      { model: "n", created_at: "1970-01-01T00:00:00.000Z" },
    ]);
  });

  test("calls are whole and in order, whichever ends first", () => {
    expect(linesFor([ended(1, call("y")), ended(0, call("x")), ...finish("tool_calls")])).toMatchObject([
      piece({ tool_calls: [{ id: "x", function: { index: 0, name: "f", arguments: { a: 1 } } }] }),
      piece({ tool_calls: [{ id: "y", function: { index: 1, name: "f", arguments: { a: 1 } } }] }),
      { done: true, done_reason: "stop" },
    ]);
  });

  test("a call that cannot be made is text, and one that is cut is nothing", () => {
    const { input: _input, ...broken } = call("x", { arguments: "[1]", problem: "not-an-object" });
    const { input: _other, ...cut } = call("y", { arguments: '{"a', problem: "incomplete" });
    expect(linesFor([ended(0, broken), ended(1, cut), ...finish("length")])).toMatchObject([
      piece({ content: "[1]" }),
      { done: true, done_reason: "length" },
    ]);
  });

  test("free text for a tool is its argument", () => {
    const { input: _input, ...free } = call("x", { type: "custom", arguments: "*" });
    expect(linesFor([ended(0, free)])).toMatchObject([
      { message: { tool_calls: [{ function: { arguments: { input: "*" } } }] } },
    ]);
  });

  test("probabilities ride on the piece that they are of", () => {
    const logprobs: StreamEvent = { type: "logprobs", choice: 0, logprobs: { content: [{ token: "a", logprob: -1 }] } };
    expect(linesFor([logprobs, text("a"), text("b")])).toEqual([
      piece({ content: "a" }, { logprobs: [{ token: "a", logprob: -1 }] }),
      piece({ content: "b" }),
    ]);
  });

  test("times of llama.cpp, where nobody else measured", () => {
    const metadata: StreamEvent = { type: "metadata", fields: { timings: { prompt_ms: 1.5, predicted_ms: 20 } } };
    expect(linesFor([metadata, ...finish()]).at(-1)).toMatchObject({
      total_duration: 21_500_000,
      prompt_eval_duration: 1_500_000,
      eval_duration: 20_000_000,
      load_duration: 0,
    });
  });

  test("a failure is a line with its text, and nothing follows", () => {
    const failure = failureOf("overloaded", "Full");
    expect(linesFor([text("a"), { type: "failure", failure }, text("b"), ...finish()])).toEqual([
      piece({ content: "a" }),
      { error: "Full", code: "overloaded" },
    ]);
    expect(ollamaChatClient.encodeErrorEvent(failure)).toBe('{"error":"Full","code":"overloaded"}\n');
  });
});

test("what keeps a connection alive changes no line", () => {
  const body = reply("chat-thinking-tools.ndjson");
  const lines = body.split("\n").slice(0, -1);
  const held = lines.map((line) => `${KEEP_ALIVE.repeat(3)}${line}\n`).join("");
  expect(linesOf(held)).toEqual(linesOf(body));
  expect(answerOf(held)).toEqual(answerOf(body));
});

describe("a whole reply", () => {
  test("with the server's own times", () => {
    expect(ollamaChatClient.encodeResponse(answerOf(reply("chat-thinking-tools.ndjson")), OPTIONS)).toEqual({
      model: "qwen3:8b",
      created_at: "2026-08-21T10:00:00.000Z",
      message: {
        role: "assistant",
        content: "I look.",
        thinking: "Two cities.",
        tool_calls: [
          { id: "call_a1b2c3d4", function: { index: 0, name: "get_weather", arguments: { city: "Tokyo" } } },
          { id: "call_e5f6g7h8", function: { index: 1, name: "get_weather", arguments: { city: "Oslo" } } },
        ],
      },
      done: true,
      done_reason: "stop",
      total_duration: 600_000_000,
      load_duration: 1_000_000,
      prompt_eval_duration: 90_000_000,
      eval_duration: 500_000_000,
      prompt_eval_count: 80,
      eval_count: 40,
    });
  });

  test("of one question", () => {
    expect(ollamaGenerateClient.encodeResponse(answerOf(reply("generate-stream.ndjson")), OPTIONS)).toMatchObject({
      model: "granite3.3:2b",
      response: "Rabbits are small.",
      done: true,
      eval_count: 64,
    });
  });
});

test("an error before the reply has its status, and says when to come back", () => {
  const failure = failureOf("rate_limit", "Slow down", { retryAfterMs: 1500 });
  expect(ollamaChatClient.encodeError(failure)).toEqual({
    status: 429,
    headers: { "retry-after": "2", "retry-after-ms": "1500" },
    body: { error: "Slow down", code: "rate_limit" },
  });
});
