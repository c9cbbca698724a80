const SMALLEST_CAPACITY = 1024;
/** A long line is held in pieces of this size: growing one buffer would hold it up to three times over. */
const SEGMENT_BYTES = 256 * 1024;
/** What an empty buffer may keep, so that one giant line does not hold memory for the whole stream. */
const KEPT_CAPACITY = 64 * 1024;

/**
 * The line that is still arriving. A line that comes byte by byte costs time in proportion to its length
 * and memory hardly more than it, and no network chunk is kept alive by a few bytes of it.
 */
export class LineBuffer {
  #full: Uint8Array[] = [];
  #last = new Uint8Array(0);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      if (this.#used === this.#last.length) this.#grow(rest.length);
      const part = rest.subarray(0, this.#last.length - this.#used);
      this.#last.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
    }
    this.#length += piece.length;
  }

  /** The line, and an empty buffer. What it gives is good until the next `append`. */
  take(): Uint8Array {
    const last = this.#last.subarray(0, this.#used);
    const line = this.#full.length === 0 ? last : this.#joined(last);
    this.#full = [];
    this.#used = 0;
    this.#length = 0;
    if (this.#last.length > KEPT_CAPACITY) this.#last = new Uint8Array(0);
    return line;
  }

  /** Doubles up to the size of a segment; from then on there is one segment after the other. */
  #grow(wanted: number): void {
    const capacity = Math.min(Math.max(this.#used + wanted, this.#used * 2, SMALLEST_CAPACITY), SEGMENT_BYTES);
    const grown = new Uint8Array(capacity);
    if (this.#used < SEGMENT_BYTES) {
      grown.set(this.#last.subarray(0, this.#used));
    } else {
      this.#full.push(this.#last);
      this.#used = 0;
    }
    this.#last = grown;
  }

  #joined(last: Uint8Array): Uint8Array {
    const line = new Uint8Array(this.#length);
    let at = 0;
    for (const segment of [...this.#full, last]) {
      line.set(segment, at);
      at += segment.length;
    }
    return line;
  }
}
