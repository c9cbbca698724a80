import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { StreamObserver } from "../../model/observation.ts";
import { createResponsesObserver } from "./observer.ts";
import { captured, llamaServer } from "./testing/recordings.ts";
import { sse, WALL_NOW } from "./testing/wire.ts";

const TEXT = new TextDecoder();

function pass(body: string, pieceBytes = 97): { readonly passed: string; readonly seen: StreamObserver["seen"] } {
  const observer = createResponsesObserver({ limits: DEFAULT_LIMITS, wallNowMs: WALL_NOW });
  const bytes = new TextEncoder().encode(body);
  let passed = "";
  for (let at = 0; at < bytes.length; at += pieceBytes)
    passed += TEXT.decode(observer.push(bytes.subarray(at, at + pieceBytes)));
  return { passed: passed + TEXT.decode(observer.end()), seen: observer.seen };
}

describe("a stream that passes", () => {
  test("is given as it came, and its model, counts and end are seen", () => {
    const body = llamaServer("Responses API stream");
    const { passed, seen } = pass(body);
    expect(passed).toBe(body);
    expect(seen).toMatchObject({
      content: true,
      ended: true,
      model: "tiny",
      rawFinishReason: "completed",
      usage: { promptTokens: 20 },
    });
  });

  test("is over with its terminal event, whatever follows", () => {
    const body = captured("copilot-changing-ids.jsonl");
    expect(pass(`${body}data: [DONE]\n\n`, Infinity).passed).toBe(body);
  });

  test("was cut where that is missing, whatever had come", () => {
    const body = captured("copilot-changing-ids.jsonl").replace(/data: [^\n]*"response\.completed"[^\n]*\n\n/u, "");
    const { seen } = pass(body);
    expect(seen.failure).toMatchObject({ kind: "truncated", partial: true });
    expect(seen.ended).toBe(false);
  });

  test("has no content while it only begins", () => {
    const observer = createResponsesObserver({ limits: DEFAULT_LIMITS, wallNowMs: WALL_NOW });
    const push = (event: object): boolean => {
      observer.push(new TextEncoder().encode(sse(event as never)));
      return observer.seen.content;
    };
    expect(push({ type: "response.created", response: { model: "m" } })).toBe(false);
    expect(push({ type: "response.output_item.added", item: { type: "message" } })).toBe(false);
    expect(push({ type: "response.content_part.added", part: {} })).toBe(false);
    expect(push({ type: "response.output_text.delta", delta: "a" })).toBe(true);
  });

  test("says that a call began, with its name", () => {
    expect(
      pass(sse({ type: "response.output_item.added", item: { type: "function_call", name: "f" } })).seen.content,
    ).toBe(true);
  });

  test.each([
    [captured("openai-quota.jsonl"), "quota"],
    [
      sse({ type: "response.failed", response: { error: { code: "context_length_exceeded", message: "Too long" } } }),
      "context_overflow",
    ],
    [sse({ type: "response.cancelled", response: {} }), "server"],
  ])("keeps back the event that it failed", (body, kind) => {
    const { passed, seen } = pass(body);
    expect(passed).not.toMatch(/response\.failed|response\.cancelled|"error",/u);
    expect(seen.failure?.kind).toBe(kind);
  });

  test("an incomplete answer is no failure", () => {
    const body = sse({
      type: "response.incomplete",
      response: { incomplete_details: { reason: "max_output_tokens" } },
    });
    expect(pass(body).seen).toMatchObject({ ended: true, rawFinishReason: "max_output_tokens" });
  });
});
