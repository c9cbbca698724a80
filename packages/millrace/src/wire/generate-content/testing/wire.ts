import { readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { DEFAULT_LIMITS } from "../../../model/limits.ts";
import type { InferenceResponse } from "../../../model/response.ts";
import type { DecodedEvent, FailureEvent } from "../../../model/stream-event.ts";
import type { AnswerOptions } from "../../assembly/answer-options.ts";
import type { AnswerEncoding } from "../../translation/codec.ts";
import { createGenerateContentServer } from "../codec.ts";
import { GEMINI_RULES } from "../rules.ts";

const FOLDER = new URL("../../../../../../fixtures/generate-content/", import.meta.url);

export const server = createGenerateContentServer(GEMINI_RULES);

export function recordedText(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

export function recordedReplies(file: string): readonly JsonObject[] {
  const lines = recordedText(file).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as JsonObject);
}

export function asEvents(replies: readonly JsonValue[]): string {
  return replies.map((reply) => `data: ${JSON.stringify(reply)}\r\n\r\n`).join("");
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function cutEvery(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** Ids that count up, and the clock at a fixed time. */
function answerOptions(more: Partial<AnswerOptions> = {}): AnswerOptions {
  let made = 0;
  return {
    requestedModel: "",
    limits: DEFAULT_LIMITS,
    wallNowMs: () => Date.UTC(2026, 0, 1),
    makeId: () => `made-${++made}`,
    ...more,
  };
}

export function decodePieces(pieces: readonly Uint8Array[], more?: Partial<AnswerOptions>): readonly DecodedEvent[] {
  const decoder = server.createStreamDecoder(answerOptions(more));
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

export interface Decoded {
  readonly events: readonly DecodedEvent[];
  /** The answer, whole or partial. */
  readonly response: InferenceResponse | undefined;
  readonly failure: FailureEvent["failure"] | undefined;
}

export function decode(text: string, more?: Partial<AnswerOptions>): Decoded {
  const events = decodePieces([bytesOf(text)], more);
  const last = events.at(-1);
  const failed = last?.type === "failure" ? last : undefined;
  const response = last?.type === "finish" ? last.response : failed?.partial;
  return { events, response, failure: failed?.failure };
}

export function encoding(asked: JsonObject = {}): AnswerEncoding {
  return { asked, includeUsage: true, id: "millrace-1", model: "m", createdSec: 1 };
}

/** A request for thoughts. */
export const SHOWN: JsonObject = { generationConfig: { thinkingConfig: { includeThoughts: true } } };
