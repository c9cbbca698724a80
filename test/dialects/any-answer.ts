import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { FinishReason } from "../../packages/millrace/src/model/finish-reason.ts";
import type { Choice } from "../../packages/millrace/src/model/response.ts";
import type { DecodedEvent, StreamEvent } from "../../packages/millrace/src/model/stream-event.ts";
import type { ToolCall } from "../../packages/millrace/src/model/tool.ts";
import { failureOf } from "../../packages/millrace/src/wire/failure/kinds.ts";
import { someCall, someText } from "./any-conversation.ts";

type PieceEvent = Extract<StreamEvent, { readonly choice: number; readonly index: number }>;

/** The events of an answer that every dialect can hold, its parallel calls growing side by side. */
export const someAnswer: Arbitrary<readonly DecodedEvent[]> = fc
  .record({
    reasoning: fc.array(someText, { maxLength: 2 }),
    text: fc.array(someText, { minLength: 1, maxLength: 3 }),
    calls: fc.array(someCall, { maxLength: 3 }),
    cut: fc.constantFrom("stop", "length"),
    turns: fc.infiniteStream(fc.nat(2)),
  })
  .map(({ reasoning, text, calls, cut, turns }) => {
    const toolCalls = calls.map((call, index) => ({ id: `call_${index}`, ...call }));
    const finishReason: FinishReason = toolCalls.length > 0 ? "tool_calls" : cut;
    return [
      { type: "start", id: "1", model: "m", created: 1_764_000_000 },
      ...reasoning.map((piece) => ({ type: "reasoning-delta", choice: 0, text: piece }) as const),
      ...text.map((piece) => ({ type: "text-delta", choice: 0, text: piece }) as const),
      ...sideBySide(toolCalls.map(piecesOf), turns),
      ...endingOf({ text: text.join(""), reasoning: reasoning.join(""), toolCalls, finishReason }),
    ];
  });

/** The same, broken off by a failure. */
export const brokenAnswer: Arbitrary<readonly DecodedEvent[]> = fc
  .tuple(someAnswer, fc.nat({ max: 1_000_000 }))
  .map(([events, at]) => {
    const middle = events.filter(({ type }) => type !== "finish" && type !== "usage" && type !== "choice-finish");
    // The first two are the start and a piece of what is said.
    const kept = middle.slice(0, 2 + (at % (middle.length - 1)));
    return [...kept, { type: "failure", failure: failureOf("overloaded", "Too much", { partial: true }) }];
  });

function piecesOf(call: ToolCall, index: number): readonly PieceEvent[] {
  const { id, name, type: kind, arguments: text } = call;
  const middle = Math.floor(text.length / 2);
  return [
    { type: "tool-call-start", choice: 0, index, id, name, kind },
    { type: "tool-call-delta", choice: 0, index, text: text.slice(0, middle) },
    { type: "tool-call-delta", choice: 0, index, text: text.slice(middle) },
    { type: "tool-call-end", choice: 0, index, call },
  ];
}

/** Calls begin in order; after that each goes on when it is its turn. */
function sideBySide(calls: readonly (readonly PieceEvent[])[], turns: Iterator<number>): readonly PieceEvent[] {
  const left = calls.map((pieces) => [...pieces]);
  const events: PieceEvent[] = [];
  let begun = 0;
  while (left.some((pieces) => pieces.length > 0)) {
    const open = left.map((_, index) => index).filter((index) => (left[index]?.length ?? 0) > 0 && index <= begun);
    const turn: number = turns.next().value ?? 0;
    const index = open[turn % open.length] ?? 0;
    if (index === begun) begun += 1;
    const piece = left[index]?.shift();
    if (piece !== undefined) events.push(piece);
  }
  return events;
}

function endingOf({
  text,
  reasoning,
  toolCalls,
  finishReason,
}: Pick<Choice, "text" | "toolCalls" | "finishReason"> & { readonly reasoning: string }): readonly DecodedEvent[] {
  const usage = { promptTokens: 20, completionTokens: 10, totalTokens: 30, raw: {} };
  const choice: Choice = {
    index: 0,
    text,
    toolCalls,
    finishReason,
    rawFinishReason: null,
    ...(reasoning !== "" && { reasoning }),
  };
  const response = { id: "1", model: "m", text, toolCalls, finishReason, choices: [choice], usage, warnings: [] };
  return [
    { type: "usage", usage },
    { type: "choice-finish", choice: 0, reason: finishReason, rawReason: null },
    { type: "finish", response },
  ];
}

/** Events in batches of these sizes, over and over. */
export function inBatches(
  events: readonly DecodedEvent[],
  sizes: readonly number[],
): readonly (readonly DecodedEvent[])[] {
  const batches: (readonly DecodedEvent[])[] = [];
  for (let at = 0, turn = 0; at < events.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    batches.push(events.slice(at, at + size));
    at += size;
  }
  return batches;
}
