import type { Clock } from "../../model/clock.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { EventReader } from "./event-reader.ts";
import type { Relay, Seen } from "./relay.ts";

/** The upstream streams, the client wants one JSON reply: the whole answer goes out in one piece. */
export class AnswerRelay implements Relay {
  readonly streamed = false;
  readonly contentType = "application/json";
  readonly #reader: EventReader;
  readonly #encode: (response: InferenceResponse) => JsonObject;
  #sent = false;

  /** @param answered hears the whole answer, before it is written */
  constructor(
    events: AsyncIterable<readonly DecodedEvent[]>,
    encode: (response: InferenceResponse) => JsonObject,
    answered?: (response: InferenceResponse) => void,
  ) {
    this.#reader = new EventReader(events, answered);
    this.#encode = encode;
  }

  get isEmpty(): boolean {
    return this.#reader.isEmpty;
  }

  get seen(): Seen {
    return this.#reader.seen;
  }

  /** Nothing is held here: what a stream may add up to is the decoder's limit. */
  async prime(): Promise<void> {
    while (!this.#reader.content) await this.#reader.read();
  }

  async readRest(): Promise<void> {
    while (this.#reader.response === undefined) await this.#reader.read();
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#sent) return undefined;
    while (this.#reader.response === undefined) await this.#reader.read();
    this.#sent = true;
    return new TextEncoder().encode(JSON.stringify(this.#encode(this.#reader.response)));
  }

  failureText(): undefined {
    return undefined;
  }

  async release(clock: Clock): Promise<void> {
    await this.#reader.release(clock);
  }

  stop(): void {
    this.#reader.stop();
  }

  handleEvent(): void {
    this.stop();
  }
}
