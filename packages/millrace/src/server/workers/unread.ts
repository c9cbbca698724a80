/** A worker that is so many batches ahead of the main thread waits for it. */
const UNREAD_MAX = 64;

/**
 * How many batches the main thread has not taken yet. When it cannot follow, because nobody reads the log, the
 * worker stands still, as a single thread that writes its own log would: neither lines nor memory are lost.
 */
export class Unread {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #max: number;

  /** @param words one word, shared with the main thread */
  constructor(words: Int32Array<SharedArrayBuffer>, max: number = UNREAD_MAX) {
    this.#words = words;
    this.#max = max;
  }

  /** In the worker: one more is posted. Returns when there is room for another. */
  posted(): void {
    let unread = Atomics.add(this.#words, 0, 1) + 1;
    while (unread >= this.#max) {
      Atomics.wait(this.#words, 0, unread);
      unread = Atomics.load(this.#words, 0);
    }
  }

  /** In the main thread: one is taken. */
  taken(): void {
    Atomics.sub(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
  }
}

export function unreadWord(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}
