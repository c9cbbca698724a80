const SMALLEST_CAPACITY = 1024;
/** What an empty buffer may keep, so that one giant line does not hold memory for the whole stream. */
const KEPT_CAPACITY = 64 * 1024;

/**
 * The line that is still arriving. It grows by doubling, so a line that comes byte by byte costs
 * time in proportion to its length, and no network chunk is kept alive by a few bytes of it.
 */
export class LineBuffer {
  #bytes = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** The line, and an empty buffer. What it gives is good until the next `append`. */
  take(): Uint8Array {
    const line = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > KEPT_CAPACITY) this.#bytes = new Uint8Array(0);
    return line;
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2, SMALLEST_CAPACITY));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
