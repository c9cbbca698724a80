import { DEFAULT_LIMITS } from "../../../model/limits.ts";
import type { Limits } from "../../../model/limits.ts";
import type { InferenceResponse } from "../../../model/response.ts";
import type { DecodedEvent, FailureEvent, StreamEvent } from "../../../model/stream-event.ts";
import type { ReplyOptions } from "../reply-options.ts";
import { REFERENCE_RULES } from "../rules.ts";
import type { ReplyRules } from "../rules.ts";
import { ChatStreamDecoder } from "../stream.ts";

export interface TestOptions extends Partial<Omit<ReplyOptions, "rules" | "limits">> {
  readonly rules?: Partial<ReplyRules>;
  readonly limits?: Partial<Limits>;
}

/** The reference's rules, ids that count up, and the clock at a fixed time. */
export function replyOptions({ rules, limits, ...options }: TestOptions = {}): ReplyOptions {
  let made = 0;
  return {
    requestedModel: "m",
    wallNowMs: () => Date.UTC(2026, 0, 1),
    makeId: () => `made-${++made}`,
    ...options,
    rules: { ...REFERENCE_RULES.reply, ...rules },
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
}

export const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A chunk of choice 0, or of the one that `more` names. */
export function d(delta: unknown, more: object = {}, top: object = {}): string {
  const choice = { index: 0, delta, finish_reason: null, ...more };
  return data({ id: "r", object: "chat.completion.chunk", created: 1, model: "m", choices: [choice], ...top });
}

/** A chunk that says why choice 0 ended. */
export function fin(reason: unknown = "stop", more: object = {}, top: object = {}): string {
  return d({}, { finish_reason: reason, ...more }, top);
}

/** A chunk without choices. */
export function top(fields: object): string {
  return data({ id: "r", object: "chat.completion.chunk", created: 1, model: "m", choices: [], ...fields });
}

export function data(value: unknown): string {
  return `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;
}

export const DONE = "data: [DONE]\n\n";

/** Bytes cut into pieces of this many bytes. */
export function cutEvery(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** All events that a body decodes to. */
export function decodeAll(
  pieces: readonly Uint8Array[],
  options: ReplyOptions = replyOptions(),
): readonly DecodedEvent[] {
  const decoder = new ChatStreamDecoder(options);
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

export interface Decoded {
  readonly events: readonly StreamEvent[];
  /** The answer, whole or partial. */
  readonly response: InferenceResponse | undefined;
  readonly failure: FailureEvent | undefined;
}

/** What a body decodes to. */
export function decode(body: string, options?: TestOptions): Decoded {
  return summarize(decodeAll([encodeText(body)], replyOptions(options)));
}

export function summarize(decoded: readonly DecodedEvent[]): Decoded {
  const last = decoded.at(-1);
  const failure = last?.type === "failure" ? last : undefined;
  const response = last?.type === "finish" ? last.response : failure?.partial;
  return { events: decoded.filter((event) => event.type !== "failure"), response, failure };
}
