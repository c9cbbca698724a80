import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { Failure } from "../../model/failure.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import type { AnswerEncoding, StreamEncoder } from "../translation/codec.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { encodeErrorEvent, errorBody } from "./error.ts";

/** How the replies of a stream follow each other: as events, or as the members of one JSON array. */
export type StreamFraming = "sse" | "json-array";

/** Writes an answer as a stream of replies, one for each batch of events. */
export function createGenerateContentStreamEncoder(options: AnswerEncoding, framing: StreamFraming): StreamEncoder {
  return new ReplyStreamEncoder(new AnswerWriter(options), framing === "sse" ? EVENTS : new ArrayFraming());
}

interface ReplyFraming {
  reply(reply: JsonObject): string;
  error(failure: Failure): string;
  /** What ends the stream. */
  end(): string;
}

const EVENTS: ReplyFraming = {
  reply: (reply) => encodeSseEvent(JSON.stringify(reply)),
  error: encodeErrorEvent,
  end: () => "",
};

class ArrayFraming implements ReplyFraming {
  #opened = false;

  reply(reply: JsonObject): string {
    const before = this.#opened ? ",\n" : "[";
    this.#opened = true;
    return before + JSON.stringify(reply);
  }

  error(failure: Failure): string {
    return this.reply(errorBody(failure));
  }

  end(): string {
    return "\n]";
  }
}

class ReplyStreamEncoder implements StreamEncoder {
  readonly #answer: AnswerWriter;
  readonly #framing: ReplyFraming;
  #isOver = false;

  constructor(answer: AnswerWriter, framing: ReplyFraming) {
    this.#answer = answer;
    this.#framing = framing;
  }

  encode(events: readonly DecodedEvent[]): string {
    if (this.#isOver) return "";
    for (const event of events) {
      // What had arrived goes first.
      if (event.type === "failure") return this.#taken() + this.#framing.error(event.failure) + this.#end();
      this.#answer.add(event);
      if (event.type === "finish") return this.#taken() + this.#end();
    }
    return this.#taken();
  }

  #taken(): string {
    const reply = this.#answer.take();
    return reply === undefined ? "" : this.#framing.reply(reply);
  }

  #end(): string {
    this.#isOver = true;
    return this.#framing.end();
  }
}
