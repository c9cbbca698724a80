import type { DecodedEvent } from "../../model/stream-event.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import type { AnswerEncoding, StreamEncoder } from "../translation/codec.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { encodeMessagesErrorEvent } from "./error.ts";

/** Writes events as a stream of this dialect: all of its events, each under its name. */
export class MessagesStreamEncoder implements StreamEncoder {
  readonly #writer: AnswerWriter;
  #text = "";
  #ended = false;

  constructor(options: AnswerEncoding) {
    this.#writer = new AnswerWriter(options, (event) => {
      this.#text += encodeSseEvent(JSON.stringify(event), event.type);
    });
  }

  /** The events as text; `""` where they say nothing yet. After the end nothing more is written. */
  encode(events: readonly DecodedEvent[]): string {
    for (const event of events) {
      if (this.#ended) break;
      this.#writer.write(event);
      this.#ended = event.type === "finish" || event.type === "failure";
      if (event.type === "failure") this.#text += encodeMessagesErrorEvent(event.failure);
    }
    const text = this.#text;
    this.#text = "";
    return text;
  }
}
