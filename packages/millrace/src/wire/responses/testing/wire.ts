import { DEFAULT_LIMITS } from "../../../model/limits.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { Limits } from "../../../model/limits.ts";
import type { InferenceResponse } from "../../../model/response.ts";
import type { DecodedEvent, FailureEvent } from "../../../model/stream-event.ts";
import type { AnswerOptions } from "../../assembly/answer-options.ts";
import type { AnswerEncoding } from "../../translation/codec.ts";
import { responsesClient } from "../codec.ts";
import { ResponsesStreamDecoder } from "../stream.ts";

export const WALL_NOW = (): number => Date.UTC(2026, 0, 1);

function answerOptions(limits: Partial<Limits> = {}): AnswerOptions {
  let made = 0;
  return {
    requestedModel: "m",
    limits: { ...DEFAULT_LIMITS, ...limits },
    wallNowMs: WALL_NOW,
    makeId: () => `made-${++made}`,
  };
}

/** Events as a server of this dialect frames them. */
export function sse(...events: readonly JsonObject[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
}

export interface Decoded {
  readonly events: readonly DecodedEvent[];
  /** The answer, whole or partial. */
  readonly response: InferenceResponse | undefined;
  readonly failure: FailureEvent | undefined;
}

/** What a body decodes to, read in pieces of so many bytes. */
export function decode(body: string, pieceBytes = Infinity): Decoded {
  const decoder = new ResponsesStreamDecoder(answerOptions());
  const bytes = new TextEncoder().encode(body);
  const size = Math.min(pieceBytes, bytes.length);
  const events: DecodedEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) events.push(...decoder.push(bytes.subarray(at, at + size)));
  events.push(...decoder.end());
  const last = events.at(-1);
  const failure = last?.type === "failure" ? last : undefined;
  return { events, failure, response: last?.type === "finish" ? last.response : failure?.partial };
}

export function encoding(asked: JsonObject = {}): AnswerEncoding {
  return { asked, includeUsage: true, id: "req_1", model: "m", createdSec: 1 };
}

/** What a client reads of a stream: each event with its name and data. */
export interface ReadEvent {
  readonly name: string;
  readonly data: JsonObject;
}

export function readEvents(text: string): readonly ReadEvent[] {
  return text
    .split("\n\n")
    .filter(Boolean)
    .map((block) => {
      const [name = "", data = ""] = block.split("\n");
      return { name: name.replace("event: ", ""), data: JSON.parse(data.replace("data: ", "")) as JsonObject };
    });
}

export function encode(events: readonly DecodedEvent[], asked: JsonObject = {}): readonly ReadEvent[] {
  const encoder = responsesClient.createStreamEncoder(encoding(asked));
  return readEvents(encoder.encode(events));
}
