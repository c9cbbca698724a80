import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { Observation } from "../../model/observation.ts";
import { createMessagesObserver } from "./observer.ts";
import { beginOf, deltaOf, endOf, START, STOP, streamOf } from "./testing/decode.ts";
import { recordedStream } from "./testing/recordings.ts";

interface Passed {
  readonly text: string;
  readonly seen: Observation;
}

function passed(body: string, size = 64): Passed {
  const observer = createMessagesObserver({ limits: DEFAULT_LIMITS, wallNowMs: () => 0 });
  const bytes = new TextEncoder().encode(body);
  const out = new TextDecoder();
  let text = "";
  for (let at = 0; at < bytes.length; at += size) {
    text += out.decode(observer.push(bytes.subarray(at, at + size)), { stream: true });
  }
  return { text: text + out.decode(observer.end()), seen: observer.seen };
}

test.each(["text.jsonl", "thinking.jsonl", "tool-call.jsonl", "web-search-citations.jsonl", "refusal.jsonl"])(
  "the recorded %s passes as it is, whatever the pieces",
  (file) => {
    const body = recordedStream(file);
    for (const size of [1, 64, body.length]) expect(passed(body, size).text).toBe(body);
    expect(passed(body).seen).toMatchObject({ content: true, ended: true });
  },
);

test("what is told on the way is kept", () => {
  expect(passed(recordedStream("tool-call.jsonl")).seen).toMatchObject({
    model: "claude-haiku-4-5-20251001",
    rawFinishReason: "tool_use",
    usage: { promptTokens: 849, completionTokens: 47 },
  });
});

describe("content", () => {
  test.each([
    ["the beginning", [START], false],
    ["a block that is empty", [START, beginOf(0, { type: "text", text: "" })], false],
    ["a piece of text", [START, deltaOf(0, "text_delta", { text: "a" })], true],
    ["a call", [START, beginOf(0, { type: "tool_use", id: "a", name: "f" })], true],
    ["an end", [START, endOf("end_turn")], true],
  ])("is seen with %s: %s", (_, events, content) => {
    expect(passed(streamOf(...events)).seen.content).toBe(content);
  });
});

describe("the end", () => {
  const begun = [START, deltaOf(0, "text_delta", { text: "a" })];

  test("is written where the server left it out", () => {
    const body = streamOf(...begun, endOf("end_turn"));
    expect(passed(body)).toMatchObject({ text: body + streamOf(STOP), seen: { ended: true } });
  });

  test("that never comes is a failure", () => {
    const { text, seen } = passed(streamOf(...begun));
    expect(text).toBe(streamOf(...begun));
    expect(seen.failure).toMatchObject({ kind: "truncated", partial: true });
  });

  test("by an error is not passed: whoever relays it writes it anew", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const { text, seen } = passed(streamOf(...begun, error, STOP));
    expect(text).toBe(streamOf(...begun));
    expect(seen.failure).toMatchObject({ kind: "overloaded", message: "Overloaded" });
  });
});
