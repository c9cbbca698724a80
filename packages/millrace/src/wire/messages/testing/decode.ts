import { DEFAULT_LIMITS } from "../../../model/limits.ts";
import type { Limits } from "../../../model/limits.ts";
import type { InferenceResponse } from "../../../model/response.ts";
import type { DecodedEvent } from "../../../model/stream-event.ts";
import type { AnswerOptions } from "../../assembly/answer-options.ts";
import { MessagesStreamDecoder } from "../stream.ts";

/** Ids that count up, and the clock at a fixed time. */
export function answerOptions(limits: Partial<Limits> = {}): AnswerOptions {
  let made = 0;
  return {
    requestedModel: "m",
    wallNowMs: () => Date.UTC(2026, 0, 1),
    makeId: () => `made-${++made}`,
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
}

/** Everything that a body says, decoded in pieces of so many bytes. */
export function decodeAll(text: string, size = Infinity, limits: Partial<Limits> = {}): readonly DecodedEvent[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new MessagesStreamDecoder(answerOptions(limits));
  const events: DecodedEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) events.push(...decoder.push(bytes.subarray(at, at + size)));
  return [...events, ...decoder.end()];
}

/** How a body ends: with an answer, or with a failure and what had arrived. */
export function answerOf(text: string): {
  readonly response: InferenceResponse | undefined;
  readonly failure: string | undefined;
} {
  const last = decodeAll(text).at(-1);
  if (last?.type === "failure") return { response: last.partial, failure: last.failure.kind };
  return { response: last?.type === "finish" ? last.response : undefined, failure: undefined };
}

/** A stream of these events, each under its name. */
export function streamOf(...events: readonly { readonly type: string; readonly [key: string]: unknown }[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

export const START = {
  type: "message_start",
  message: { id: "msg_1", type: "message", role: "assistant", model: "m", content: [], usage: { input_tokens: 5 } },
};
export const STOP = { type: "message_stop" };

export function beginOf(index: number, block: object): { readonly type: string } {
  return { type: "content_block_start", index, content_block: block } as { readonly type: string };
}

export function deltaOf(index: number, type: string, fields: object): { readonly type: string } {
  return { type: "content_block_delta", index, delta: { type, ...fields } } as { readonly type: string };
}

export function endOf(
  reason: string,
  more: object = {},
  usage: object = { output_tokens: 3 },
): { readonly type: string } {
  return { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null, ...more }, usage } as {
    readonly type: string;
  };
}
