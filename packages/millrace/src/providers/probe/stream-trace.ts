import type { JsonObject } from "../../model/json.ts";
import { findError } from "../../wire/failure/account.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../../wire/json/read.ts";
import { SseDecoder } from "../../wire/sse/decoder.ts";

/** How a stream looks on the wire, from its text alone. */
export interface StreamTrace {
  readonly lineEnds: "LF" | "CRLF" | "CR" | "mixed" | "none";
  readonly comments: number;
  /** Events whose data is a JSON object, in order. */
  readonly chunks: readonly JsonObject[];
  /** Events that are neither JSON nor the end. */
  readonly unreadable: number;
  readonly done: boolean;
  /** The event that reports an error. */
  readonly error: JsonObject | undefined;
  /** Chunks that bring text, reasoning or a part of a tool call. */
  readonly contents: number;
}

/** More than any text that is read. */
const EVENT_BYTES_MAX = 16 * 1024 * 1024;

/** Counts the chunks with content as they arrive. */
export class ContentCounter {
  readonly #decoder = new SseDecoder({ maxEventBytes: EVENT_BYTES_MAX });
  #count = 0;

  push(bytes: Uint8Array): number {
    for (const { data } of this.#decoder.push(bytes)) {
      const parsed = parseJson(data);
      if (parsed.ok && isObject(parsed.value) && bringsContent(parsed.value)) this.#count += 1;
    }
    return this.#count;
  }
}

/** Reads a stream's whole text. */
export function traceStream(text: string): StreamTrace {
  const decoder = new SseDecoder({ maxEventBytes: EVENT_BYTES_MAX });
  const events = [...decoder.push(new TextEncoder().encode(text)), ...decoder.end()];
  const chunks: JsonObject[] = [];
  let done = false;
  let unreadable = 0;
  for (const { data } of events) {
    const parsed = parseJson(data);
    if (data.trim() === "[DONE]") done = true;
    else if (parsed.ok && isObject(parsed.value)) chunks.push(parsed.value);
    else if (data.trim() !== "") unreadable += 1;
  }
  return {
    lineEnds: lineEndsOf(text),
    comments: decoder.comments,
    chunks,
    unreadable,
    done,
    error: chunks.find((chunk) => findError(chunk) !== undefined),
    contents: chunks.filter(bringsContent).length,
  };
}

/** The first choice of a chunk or reply. */
export function choiceOf(chunk: JsonObject): JsonObject {
  return objectOf(arrayOf(chunk["choices"])[0]) ?? {};
}

export function deltaOf(chunk: JsonObject): JsonObject {
  return objectOf(choiceOf(chunk)["delta"]) ?? {};
}

export function finishOf(chunk: JsonObject): string | undefined {
  return stringOf(choiceOf(chunk)["finish_reason"]);
}

/** Fields that have been seen to hold reasoning. */
export const REASONING_FIELDS: readonly string[] = [
  "reasoning_content",
  "reasoning",
  "reasoning_text",
  "reasoning_details",
];

export function bringsContent(chunk: JsonObject): boolean {
  const delta = deltaOf(chunk);
  return ["content", ...REASONING_FIELDS, "tool_calls", "refusal"].some((field) => holdsSomething(delta[field]));
}

function holdsSomething(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : Array.isArray(value) && value.length > 0;
}

function lineEndsOf(text: string): StreamTrace["lineEnds"] {
  const kinds = new Set(text.match(/\r\n|\r|\n/gu));
  if (kinds.size === 0) return "none";
  if (kinds.size > 1) return "mixed";
  if (kinds.has("\r\n")) return "CRLF";
  return kinds.has("\n") ? "LF" : "CR";
}
