import { describe, expect, test } from "vitest";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import { StreamPartTranslator } from "./stream-parts.ts";

const response: InferenceResponse = {
  id: "1",
  model: "m",
  text: "",
  toolCalls: [],
  finishReason: "tool_calls",
  choices: [{ index: 0, text: "", toolCalls: [], finishReason: "tool_calls", rawFinishReason: "stop" }],
  usage: { promptTokens: 10, cacheReadTokens: 4, completionTokens: 5, reasoningTokens: 9, raw: {} },
  warnings: [],
};

function translate(...events: StreamEvent[]) {
  const translator = new StreamPartTranslator();
  return events.flatMap((event) => translator.translate(event));
}

describe("stream events become parts of the AI SDK", () => {
  test("text and reasoning are blocks, and a new one opens whenever the kind changes", () => {
    const parts = translate(
      { type: "reasoning-delta", choice: 0, text: "hm" },
      { type: "text-delta", choice: 0, text: "a" },
      { type: "text-delta", choice: 0, text: "b" },
      { type: "reasoning-delta", choice: 0, text: "again" },
      { type: "finish", response },
    );
    expect(parts.map((part) => ("id" in part ? `${part.type} ${part.id}` : part.type))).toEqual([
      "reasoning-start 0",
      "reasoning-delta 0",
      "reasoning-end 0",
      "text-start 1",
      "text-delta 1",
      "text-delta 1",
      "text-end 1",
      "reasoning-start 2",
      "reasoning-delta 2",
      "reasoning-end 2",
      "finish",
    ]);
  });

  const call: ToolCall = { id: "call_1", type: "function", name: "ping", arguments: "{}", input: {} };
  const callEvents = (end: ToolCall): StreamEvent[] => [
    { type: "tool-call-start", choice: 0, index: 0, id: "call_1", name: "ping", kind: "function" },
    { type: "tool-call-delta", choice: 0, index: 0, text: end.arguments },
    { type: "tool-call-end", choice: 0, index: 0, call: end },
  ];

  test("a tool call is streamed and then given whole", () => {
    expect(translate(...callEvents(call))).toEqual([
      { type: "tool-input-start", id: "call_1", toolName: "ping" },
      { type: "tool-input-delta", id: "call_1", delta: "{}" },
      { type: "tool-input-end", id: "call_1" },
      { type: "tool-call", toolCallId: "call_1", toolName: "ping", input: "{}" },
    ]);
  });

  test("a call that was cut off is never given, so it cannot be run", () => {
    const cut: ToolCall = { id: "call_1", type: "function", name: "ping", arguments: '{"a', problem: "incomplete" };
    expect(translate(...callEvents(cut)).map((part) => part.type)).not.toContain("tool-call");
  });

  test("usage has no negative numbers, and the finish reason keeps the server's own word", () => {
    expect(translate({ type: "finish", response })).toEqual([
      {
        type: "finish",
        finishReason: { unified: "tool-calls", raw: "stop" },
        usage: {
          inputTokens: { total: 10, noCache: 6, cacheRead: 4, cacheWrite: undefined },
          outputTokens: { total: 5, text: 0, reasoning: 9 },
          raw: {},
        },
      },
    ]);
  });

  test("other choices than the first are left out", () => {
    expect(translate({ type: "text-delta", choice: 1, text: "other" })).toEqual([]);
  });
});
