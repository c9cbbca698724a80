import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { AnswerAssembly } from "./answer-assembly.ts";
import { ReplyFault } from "./reply-fault.ts";

function assembly(more: Partial<ConstructorParameters<typeof AnswerAssembly>[0]> = {}): AnswerAssembly {
  return new AnswerAssembly({
    requestedModel: "m",
    limits: DEFAULT_LIMITS,
    wallNowMs: () => 0,
    makeId: () => "made",
    ...more,
  });
}

function types(events: readonly StreamEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}

describe("an answer in no dialect's words", () => {
  test("begins with its first content, and what came before waits for it", () => {
    const answer = assembly();
    answer.about({ id: "a", model: "m", created: 7 });
    answer.fields({ region: "eu" });
    expect(answer.take()).toEqual([]);
    answer.text("hi");
    const [start, ...rest] = answer.take();
    expect(start).toEqual({ type: "start", id: "a", model: "m", created: 7 });
    expect(types(rest)).toEqual(["metadata", "text-delta"]);
  });

  test("ends with why, and with all of it", () => {
    const answer = assembly();
    answer.reasoning("hm");
    answer.text("hi");
    answer.toolCall({ index: 0, id: "1", name: "f", arguments: '{"a":' });
    answer.toolCall({ index: 0, arguments: "1}" });
    answer.finish({ reason: "stop", raw: "end_turn", stopSequence: "X" });
    const response = answer.conclude();
    expect(response).toMatchObject({ id: "made", text: "hi", finishReason: "tool_calls" });
    expect(response.choices[0]).toMatchObject({ reasoning: "hm", rawFinishReason: "end_turn", stopSequence: "X" });
    expect(response.toolCalls).toMatchObject([{ id: "1", input: { a: 1 } }]);
    expect(types(answer.take()).slice(-2)).toEqual(["choice-finish", "finish"]);
  });

  test("a call that was being written when the answer ran out of tokens is not whole", () => {
    const answer = assembly();
    answer.toolCall({ index: 0, id: "1", name: "f", arguments: '{"a":' });
    answer.finish({ reason: "length", raw: "max_tokens" });
    expect(answer.conclude().toolCalls).toMatchObject([{ problem: "incomplete" }]);
  });

  test("a call that is whole ends before the answer does, and counts with those that end with it", () => {
    const answer = assembly({ parallelToolCalls: false, toolNames: ["f"] });
    answer.toolCall({ index: 4, id: "1", name: "g", arguments: "{}" });
    answer.endToolCall(4);
    expect(types(answer.take()).at(-1)).toBe("tool-call-end");
    answer.toolCall({ index: 6, id: "2", name: "f", arguments: "{}" });
    answer.finish({ reason: "length", raw: "max_tokens" });
    const { toolCalls, warnings } = answer.conclude();
    expect(toolCalls).toMatchObject([
      { id: "1", input: {} },
      { id: "2", problem: "incomplete" },
    ]);
    expect(warnings).toMatchObject([{ code: "unknown-tool" }, { code: "parallel-calls" }]);
    expect(types(answer.take()).filter((type) => type === "tool-call-end")).toHaveLength(1);
  });

  test("one that failed keeps the calls that were whole", () => {
    const answer = assembly();
    answer.text("hi");
    answer.toolCall({ index: 0, id: "1", name: "f", arguments: "{}" });
    answer.toolCall({ index: 1, id: "2", name: "f", arguments: '{"a":' });
    expect(answer.partial()?.toolCalls.map(({ id }) => id)).toEqual(["1"]);
  });

  test("one with nothing in it has no partial answer", () => {
    expect(assembly().partial()).toBeUndefined();
  });

  test("one that is too large is a fault of its server", () => {
    const answer = assembly({ limits: { ...DEFAULT_LIMITS, assembledBytes: 1000 } });
    expect(() => {
      for (let pieces = 0; pieces < 100; pieces += 1) answer.text("twenty characters...");
    }).toThrow(ReplyFault);
  });

  test("another model than was asked for is told", () => {
    const answer = assembly();
    answer.about({ model: "other" });
    answer.text("hi");
    expect(answer.conclude().warnings).toMatchObject([{ code: "model-mismatch" }]);
  });
});
