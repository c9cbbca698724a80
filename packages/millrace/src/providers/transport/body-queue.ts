/** Bytes of a reply held for a reader before the socket is paused: one more TCP window than needed. */
const HELD_BYTES_MAX = 256 * 1024;

/** What a piece counts for at least: a single byte can keep a whole block of the allocator alive. */
const PIECE_BYTES_MIN = 1024;

/** Bytes given before others get a turn: a fast server would else keep the event loop for as long as it sends. */
const TURN_BYTES = 64 * 1024;

/** How a queue holds the socket back, and lets go of it. */
export interface Flow {
  pause(): void;
  resume(): void;
  /** The reader left before the end. */
  abandon(): void;
}

/**
 * Hands the chunks of a reply to one reader at the reader's pace. Not a generator: `return` must
 * take effect while a `next` is waiting.
 */
export class BodyQueue implements AsyncIterableIterator<Uint8Array> {
  readonly #flow: Flow;
  #chunks: Uint8Array[] = [];
  #taken = 0;
  #heldBytes = 0;
  #givenBytes = 0;
  #paused = false;
  #ended = false;
  #error: unknown;
  #waiting: { resolve(step: IteratorResult<Uint8Array>): void; reject(error: unknown): void } | undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  push(chunk: Uint8Array): void {
    if (this.#ended) return;
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = undefined;
      this.#givenBytes += chunk.length;
      waiting.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#heldBytes += weight(chunk);
    if (!this.#paused && this.#heldBytes >= HELD_BYTES_MAX) {
      this.#paused = true;
      this.#flow.pause();
    }
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.resolve(DONE);
    this.#waiting = undefined;
  }

  /** What was received before the failure is still given; then it is thrown. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#waiting) {
      this.#waiting.reject(error);
      this.#waiting = undefined;
    } else {
      this.#error = error;
    }
  }

  /** What is held, if nothing more will come, nothing was given yet, and it is no larger than this. */
  takeAll(maxBytes: number): readonly Uint8Array[] | undefined {
    if (!this.#ended || this.#error !== undefined || this.#givenBytes > 0 || this.#taken > 0) return undefined;
    const chunks = this.#chunks;
    if (chunks.reduce((sum, chunk) => sum + chunk.length, 0) > maxBytes) return undefined;
    this.#chunks = [];
    return chunks;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#givenBytes < TURN_BYTES) return this.#next();
    this.#givenBytes = 0;
    return new Promise((resolve) => {
      setImmediate(() => resolve(this.#next()));
    });
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks[this.#taken];
    if (chunk !== undefined) return Promise.resolve({ done: false, value: this.#take(chunk) });
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#chunks = [];
    this.#taken = 0;
    this.#error = undefined;
    if (!this.#ended) {
      this.end();
      this.#flow.abandon();
    }
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(chunk: Uint8Array): Uint8Array {
    this.#heldBytes -= weight(chunk);
    this.#givenBytes += chunk.length;
    this.#taken += 1;
    // Often enough that what was given is let go of, also where the queue is never empty.
    if (this.#taken * 2 >= this.#chunks.length) {
      this.#chunks.splice(0, this.#taken);
      this.#taken = 0;
    }
    if (this.#paused && this.#heldBytes < HELD_BYTES_MAX / 2) {
      this.#paused = false;
      this.#flow.resume();
    }
    return chunk;
  }
}

function weight(chunk: Uint8Array): number {
  return Math.max(chunk.length, PIECE_BYTES_MIN);
}

const DONE: IteratorResult<Uint8Array> = { done: true, value: undefined };
