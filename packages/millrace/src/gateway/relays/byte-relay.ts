import type { Clock } from "../../model/clock.ts";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { StreamObserver } from "../../model/observation.ts";
import { joined } from "../../wire/bytes/joined.ts";
import { afterContent } from "./after-content.ts";
import type { Relay, Seen } from "./relay.ts";
import { Upstream } from "./upstream.ts";

const NOTHING_MORE: Promise<undefined> = Promise.resolve(undefined);

/**
 * The upstream speaks the client's dialect: its bytes pass as they are, under the eyes of an observer
 * that knows content, usage, errors and the end, and holds back what the client did not ask for.
 */
export class ByteRelay implements Relay {
  readonly streamed = true;
  readonly contentType: string;
  readonly #upstream: Upstream<Uint8Array>;
  readonly #observer: StreamObserver;
  #held: Uint8Array[] = [];
  #content = false;
  #failure: Failure | undefined;
  #over = false;

  constructor(bytes: AsyncIterable<Uint8Array>, observer: StreamObserver, contentType: string) {
    this.#upstream = new Upstream(bytes);
    this.#observer = observer;
    this.contentType = contentType;
  }

  get isEmpty(): boolean {
    return this.#over && !this.#content;
  }

  get seen(): Seen {
    return this.#observer.seen;
  }

  async prime(maxHeldBytes: number): Promise<void> {
    let heldBytes = 0;
    while (!this.#content && !this.#over && heldBytes <= maxHeldBytes) {
      const bytes = await this.#read();
      if (this.#failure !== undefined && !this.#content) throw providerError(this.#failure);
      this.#held.push(bytes);
      heldBytes += bytes.length;
    }
  }

  next(): Promise<Uint8Array | undefined> {
    if (this.#held.length > 0) return Promise.resolve(this.#takeHeld());
    if (this.#failure !== undefined) return Promise.reject(providerError(afterContent(this.#failure)));
    return this.#over ? NOTHING_MORE : this.#read();
  }

  // Promises are chained, not awaited: this runs for every chunk of every stream.

  /** Reads one piece and takes note of what the observer then knows. */
  #read(): Promise<Uint8Array> {
    return this.#upstream.read().then(this.#pass, this.#cut);
  }

  readonly #pass = (bytes: Uint8Array | undefined): Uint8Array => {
    const passed = bytes === undefined ? this.#observer.end() : this.#observer.push(bytes);
    const { content, ended, failure } = this.#observer.seen;
    this.#content = content;
    this.#failure = failure;
    this.#over = ended || bytes === undefined;
    return passed;
  };

  /** The connection failed. That is no failure of an answer that was complete by then. */
  readonly #cut = (error: unknown): Uint8Array => {
    const rest = this.#observer.end();
    this.#over = true;
    if (this.#observer.seen.failure === undefined) return rest;
    // How the connection failed says more than that the stream is cut.
    throw error instanceof ProviderError && this.#content
      ? providerError(afterContent(error.failure), { cause: error })
      : error;
  };

  #takeHeld(): Uint8Array {
    const pieces = this.#held;
    this.#held = [];
    return joined(pieces);
  }

  readRest(): undefined {
    return undefined;
  }

  failureText(): undefined {
    return undefined;
  }

  async release(clock: Clock): Promise<void> {
    await this.#upstream.drain(clock);
  }

  stop(): void {
    this.#upstream.stop();
  }

  handleEvent(): void {
    this.stop();
  }
}
