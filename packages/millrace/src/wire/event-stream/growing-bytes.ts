const FIRST_CAPACITY = 4096;
/** What is kept for the next message; more is given back when one ends. */
const KEPT_CAPACITY = 64 * 1024;

/** Bytes that come in pieces and are held as one, in at most twice the room that they need. */
export class GrowingBytes {
  #room = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Valid until something is added or cleared. */
  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#room.length) {
      const wider = new Uint8Array(Math.max(length, this.#room.length * 2));
      wider.set(this.bytes);
      this.#room = wider;
    }
    this.#room.set(piece, this.#length);
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
    if (this.#room.length > KEPT_CAPACITY) this.#room = new Uint8Array(FIRST_CAPACITY);
  }
}
