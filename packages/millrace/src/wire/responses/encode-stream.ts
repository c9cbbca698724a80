import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { AnswerEncoding, StreamEncoder } from "../translation/codec.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { writeEvent } from "./error.ts";

/** Writes events as a stream of this dialect: every event numbered, and its name before it too. */
export class ResponsesStreamEncoder implements StreamEncoder {
  readonly #writer: AnswerWriter;
  #text = "";
  #count = 0;

  constructor(options: AnswerEncoding) {
    this.#writer = new AnswerWriter(options, (type, fields) => this.#emit(type, fields));
  }

  /** The response as the client was given it; absent until the stream has ended. */
  get response(): JsonObject | undefined {
    return this.#writer.response;
  }

  encode(events: readonly DecodedEvent[]): string {
    for (const event of events) this.#writer.write(event);
    const text = this.#text;
    this.#text = "";
    return text;
  }

  #emit(type: string, fields: JsonObject): void {
    this.#text += writeEvent(type, { sequence_number: this.#count, ...fields });
    this.#count += 1;
  }
}
