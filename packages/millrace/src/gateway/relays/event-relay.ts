import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { EventReader } from "./event-reader.ts";
import type { Relay, Seen } from "./relay.ts";

/** Writes events in a client's dialect. Stateful: one per stream. */
export interface StreamEncoder {
  encode(events: readonly DecodedEvent[]): string;
}

/** The upstream's stream is decoded and written again, in the client's dialect and canonical. */
export class EventRelay implements Relay {
  readonly streamed = true;
  readonly contentType = "text/event-stream; charset=utf-8";
  readonly #reader: EventReader;
  readonly #encoder: StreamEncoder;
  #held = "";
  #begun = false;

  constructor(events: AsyncIterable<readonly DecodedEvent[]>, encoder: StreamEncoder) {
    this.#reader = new EventReader(events);
    this.#encoder = encoder;
  }

  get isEmpty(): boolean {
    return this.#reader.isEmpty;
  }

  get seen(): Seen {
    return this.#reader.seen;
  }

  async prime(maxHeldBytes: number): Promise<void> {
    while (!this.#reader.content && this.#held.length <= maxHeldBytes) {
      this.#held += this.#encoder.encode(await this.#reader.read());
    }
  }

  async next(): Promise<Uint8Array | undefined> {
    let text = this.#held;
    if (text !== "") this.#held = "";
    else if (this.#reader.response !== undefined) return undefined;
    else text = this.#encoder.encode(await this.#reader.read());
    this.#begun = true;
    return TEXT.encode(text);
  }

  readRest(): undefined {
    return undefined;
  }

  failureText(failure: Failure): string | undefined {
    return this.#begun ? this.#encoder.encode([{ type: "failure", failure }]) : undefined;
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

const TEXT = new TextEncoder();
