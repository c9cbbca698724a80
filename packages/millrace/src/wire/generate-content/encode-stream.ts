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
  #isOver = false;

  constructor(options: AnswerEncoding) {
    this.#answer = new AnswerWriter(options);
  }

  encode(events: readonly DecodedEvent[]): string {
    if (this.#isOver) return "";
    for (const event of events) {
      if (event.type === "failure") {
        this.#isOver = true;
        // What had arrived goes first.
        return this.#taken() + encodeErrorEvent(event.failure);
      }
      this.#answer.add(event);
      if (event.type === "finish") this.#isOver = true;
      if (this.#isOver) break;
    }
    return this.#taken();
  }

  #taken(): string {
    const reply = this.#answer.take();
    return reply === undefined ? "" : encodeSseEvent(JSON.stringify(reply));
  }
}

class ArrayEncoder implements StreamEncoder {
  readonly #answer: AnswerWriter;
  #opened = false;
  #isOver = false;

  constructor(options: AnswerEncoding) {
    this.#answer = new AnswerWriter(options);
  }

  encode(events: readonly DecodedEvent[]): string {
    if (this.#isOver) return "";
    for (const event of events) {
      if (event.type === "failure") {
        this.#isOver = true;
        return `${this.#taken()}${this.#member(JSON.stringify(errorBody(event.failure)))}\n]`;
      }
      this.#answer.add(event);
      if (event.type === "finish") this.#isOver = true;
      if (this.#isOver) break;
    }
    const text = this.#taken();
    return this.#isOver ? `${text}\n]` : text;
  }

  #taken(): string {
    const reply = this.#answer.take();
    return reply === undefined ? "" : this.#member(JSON.stringify(reply));
  }

  #member(json: string): string {
    const before = this.#opened ? ",\n" : "[";
    this.#opened = true;
    return before + json;
  }
}
