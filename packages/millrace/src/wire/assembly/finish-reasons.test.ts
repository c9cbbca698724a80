import { describe, expect, test } from "vitest";
import { failureOfFinishReason, finishReasonOf, strongerReason } from "./finish-reasons.ts";

describe("conformance case 119: every server's word for why it stopped", () => {
  test.each([
    ["stop", "stop"],
    ["eos", "stop"],
    ["eos_token", "stop"],
    ["stop_sequence", "stop"],
    ["end", "stop"],
    ["end_turn", "stop"],
    ["load", "stop"],
    ["unload", "stop"],
    ["repetition", "stop"],
    ["STOP", "stop"],
    ["length", "length"],
    ["model_length", "length"],
    ["max_tokens", "length"],
    ["MAX_TOKENS", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_calls", "tool_calls"],
    ["function_call", "tool_calls"],
    ["tool_use", "tool_calls"],
    ["content_filter", "content_filter"],
    ["sensitive", "content_filter"],
    ["SAFETY", "content_filter"],
    ["something nobody has seen", "unknown"],
    ["constructor", "unknown"],
  ])("%s means %s", (raw, reason) => {
    expect(finishReasonOf(raw)).toBe(reason);
    expect(failureOfFinishReason(raw)).toBeUndefined();
  });

  test.each([
    ["error", "server"],
    ["network_error", "server"],
    ["insufficient_system_resource", "overloaded"],
    ["abort", "truncated"],
  ])("%s is a failure of kind %s", (raw, kind) => {
    expect(failureOfFinishReason(raw)).toMatchObject({ kind, details: { finish_reason: raw } });
  });

  test("no word at all is unknown", () => {
    expect(finishReasonOf(null)).toBe("unknown");
  });
});

test("conformance case 117: of two words the first one counts, unless it is a plain stop", () => {
  expect(strongerReason(null, "stop")).toBe("stop");
  expect(strongerReason("stop", "stop")).toBe("stop");
  expect(strongerReason("tool_calls", "stop")).toBe("tool_calls");
  expect(strongerReason("stop", "tool_calls")).toBe("tool_calls");
  expect(strongerReason("length", "tool_calls")).toBe("length");
});
