import type { DecodedEvent } from "../../model/stream-event.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import type { AnswerEncoding, StreamEncoder } from "../translation/codec.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { encodeErrorEvent, errorBody } from "./error.ts";

/** How the replies of a stream follow each other: as events, or as the members of one JSON array. */
export type StreamFraming = "sse" | "json-array";

/** Writes an answer as a stream of replies, one for each batch of events. */
export function createGenerateContentStreamEncoder(options: AnswerEncoding, framing: StreamFraming): StreamEncoder {
  return framing === "sse" ? new EventEncoder(options) : new ArrayEncoder(options);
}

class EventEncoder implements StreamEncoder {
  readonly #answer: AnswerWriter;

  constructor(options: AnswerEncoding) {
    this.#answer = new AnswerWriter(options);
  }

  encode(events: readonly DecodedEvent[]): string {
    for (const event of events) {
      // By itself, in its own piece: clients look for an error only there.
      if (event.type === "failure") return encodeErrorEvent(event.failure);
      this.#answer.add(event);
    }
    const reply = this.#answer.take();
    return reply === undefined ? "" : encodeSseEvent(JSON.stringify(reply));
  }
}

class ArrayEncoder implements StreamEncoder {
  readonly #answer: AnswerWriter;
  #opened = false;

  constructor(options: AnswerEncoding) {
    this.#answer = new AnswerWriter(options);
  }

  encode(events: readonly DecodedEvent[]): string {
    let isOver = false;
    for (const event of events) {
      if (event.type === "failure") return `${this.#member(JSON.stringify(errorBody(event.failure)))}\n]`;
      if (event.type === "finish") isOver = true;
      this.#answer.add(event);
    }
    const reply = this.#answer.take();
    const text = reply === undefined ? "" : this.#member(JSON.stringify(reply));
    return isOver ? `${text}\n]` : text;
  }

  #member(json: string): string {
    const before = this.#opened ? ",\n" : "[";
    this.#opened = true;
    return before + json;
  }
}
