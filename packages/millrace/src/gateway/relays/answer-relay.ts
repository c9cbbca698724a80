import type { Clock } from "../../model/clock.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { AnswerFold } from "../../wire/translation/codec.ts";
import { EventReader } from "./event-reader.ts";
import type { Answered, Relay, Seen } from "./relay.ts";

/** The upstream streams, the client wants one JSON reply: the whole answer goes out in one piece. */
export class AnswerRelay implements Relay {
  readonly streamed = false;
  readonly contentType = "application/json";
  readonly #reader: EventReader;
  readonly #fold: AnswerFold;
  readonly #answered: Answered | undefined;
  #sent = false;

  /** @param answered hears the whole answer, before it is given out */
  constructor(events: AsyncIterable<readonly DecodedEvent[]>, fold: AnswerFold, answered?: Answered) {
    this.#reader = new EventReader(events);
    this.#fold = fold;
    this.#answered = answered;
  }

  get isEmpty(): boolean {
    return this.#reader.isEmpty;
  }

  get seen(): Seen {
    return this.#reader.seen;
  }

  /** Nothing is held here: what a stream may add up to is the decoder's limit. */
  async prime(): Promise<void> {
    while (!this.#reader.content) await this.#read();
  }

  async readRest(): Promise<void> {
    while (this.#reader.response === undefined) await this.#read();
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#sent) return undefined;
    while (this.#reader.response === undefined) await this.#read();
    this.#sent = true;
    const { answer } = this.#fold;
    this.#answered?.(this.#reader.response, answer);
    return new TextEncoder().encode(JSON.stringify(answer));
  }

  async #read(): Promise<void> {
    for (const event of await this.#reader.read()) this.#fold.add(event);
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
