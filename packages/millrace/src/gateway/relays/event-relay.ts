import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { StreamEncoder } from "../../wire/translation/codec.ts";
import { EventReader } from "./event-reader.ts";
import type { Answered, Relay, Seen } from "./relay.ts";

/** The upstream's stream is decoded and written again, in the client's dialect and canonical. */
export class EventRelay implements Relay {
  readonly streamed = true;
  readonly contentType: string;
  readonly #reader: EventReader;
  readonly #encoder: StreamEncoder;
  readonly #answered: Answered | undefined;
  #held = "";
  #begun = false;

  /** @param answered hears the whole answer, before the last of it is given */
  constructor(
    events: AsyncIterable<readonly DecodedEvent[]>,
    encoder: StreamEncoder,
    contentType: string,
    answered?: Answered,
  ) {
    this.#reader = new EventReader(events);
    this.#answered = answered;
    this.#encoder = encoder;
    this.contentType = contentType;
  }

  get isEmpty(): boolean {
    return this.#reader.isEmpty;
  }

  get seen(): Seen {
    return this.#reader.seen;
  }

  async prime(maxHeldBytes: number): Promise<void> {
    while (!this.#reader.content && this.#held.length <= maxHeldBytes) {
      this.#held += await this.#read();
    }
  }

  async next(): Promise<Uint8Array | undefined> {
    let text = this.#held;
    if (text !== "") this.#held = "";
    else if (this.#reader.response !== undefined) return undefined;
    else text = await this.#read();
    this.#begun = true;
    return TEXT.encode(text);
  }

  async #read(): Promise<string> {
    const text = this.#encoder.encode(await this.#reader.read());
    const { response } = this.#reader;
    if (response !== undefined) this.#answered?.(response, this.#encoder.response);
    return text;
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
