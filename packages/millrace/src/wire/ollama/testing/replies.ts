import { readFileSync } from "node:fs";
import type { JsonObject } from "../../../model/json.ts";
import { DEFAULT_LIMITS } from "../../../model/limits.ts";
import type { InferenceResponse } from "../../../model/response.ts";
import type { DecodedEvent } from "../../../model/stream-event.ts";
import type { AnswerOptions } from "../../assembly/answer-options.ts";
import { OllamaStreamDecoder } from "../stream.ts";

const FOLDER = new URL("../../../../../../fixtures/ollama/", import.meta.url);

/** A body of Ollama's, as `fixtures/ollama/README.md` says where it is from. */
export function reply(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

/** Ids that count up, and the clock at a fixed time. */
function answerOptions(more: Partial<AnswerOptions> = {}): AnswerOptions {
  let made = 0;
  return {
    requestedModel: "m",
    limits: DEFAULT_LIMITS,
    wallNowMs: () => Date.UTC(2026, 0, 1),
    makeId: () => `made-${++made}`,
    ...more,
  };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A body in pieces of so many bytes. */
export function piecesOf(body: string, size: number): readonly Uint8Array[] {
  const bytes = bytesOf(body);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

/** All events that a body decodes to. */
export function decodeAll(
  body: string,
  { size = Infinity, ...options }: { readonly size?: number } & Partial<AnswerOptions> = {},
): readonly DecodedEvent[] {
  const decoder = new OllamaStreamDecoder(answerOptions(options));
  const pieces = piecesOf(body, Math.min(size, bytesOf(body).length));
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

/** The whole answer that a body holds. */
export function answerOf(body: string, options: Partial<AnswerOptions> = {}): InferenceResponse {
  const last = decodeAll(body, options).at(-1);
  if (last?.type !== "finish") throw new Error(`No answer but ${JSON.stringify(last)}`);
  return last.response;
}

/** The lines of a stream. */
export function linesOf(body: string): readonly JsonObject[] {
  return body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JsonObject);
}
