import { readFileSync } from "node:fs";
import type { JsonObject } from "../../../model/json.ts";
import { DEFAULT_LIMITS } from "../../../model/limits.ts";
import type { DecodedEvent } from "../../../model/stream-event.ts";
import type { AnswerOptions } from "../../assembly/answer-options.ts";
import { joined } from "../../bytes/joined.ts";
import { textFrame } from "../../event-stream/testing/encode.ts";
import { createConverseServer } from "../codec.ts";
import { BEDROCK_RULES } from "../rules.ts";

const FOLDER = new URL("../../../../../../fixtures/converse/", import.meta.url);

export const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/** A file of recorded wire. */
export function recorded(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

/** The events of a recorded stream. */
export function recordedEvents(file: string): readonly JsonObject[] {
  return recorded(file)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);
}

/** One event as its message: `{"messageStop": {…}}`. */
export function eventFrame(event: JsonObject): Uint8Array {
  const [[name, payload] = ["", {}]] = Object.entries(event);
  const headers = { ":event-type": name, ":content-type": "application/json", ":message-type": "event" };
  // The service pads its payloads so that their lengths say nothing.
  return textFrame(headers, JSON.stringify({ ...(payload as JsonObject), p: "abcdefgh" }));
}

/** An exception as its message. */
export function exceptionFrame(type: string, payload: string): Uint8Array {
  const headers = { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" };
  return textFrame(headers, payload);
}

export function streamBytes(events: readonly JsonObject[]): Uint8Array {
  return joined(events.map(eventFrame));
}

/** What a decoder is told, with ids that count up and the clock at a fixed time. */
function answerOptions(options: Partial<AnswerOptions> = {}): AnswerOptions {
  let made = 0;
  const base = { requestedModel: CLAUDE, limits: DEFAULT_LIMITS, wallNowMs: () => 0, makeId: () => `made-${++made}` };
  return { ...base, ...options };
}

/** All that a body decodes to. */
export function decodePieces(
  pieces: readonly Uint8Array[],
  options: Partial<AnswerOptions> = {},
): readonly DecodedEvent[] {
  const decoder = createConverseServer(BEDROCK_RULES).createStreamDecoder(answerOptions(options));
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}
