/** So much has to come before memory is set aside for what was only announced, in bytes. */
const TRUSTED_FROM_BYTES = 1024 * 1024;

/**
 * A body as it arrives. A large one of which the length was announced is put in its place chunk by chunk: neither is
 * there ever twice as much of it, nor is it copied at the end in one go.
 */
export class ArrivingBody {
  readonly #announcedBytes: number;
  #chunks: Buffer[] = [];
  #place: Buffer | undefined;
  #bytes = 0;

  /** @param announcedBytes not a number where nothing was announced */
  constructor(announcedBytes: number) {
    this.#announcedBytes = announcedBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The sender announced no less than what it sends: `node:http` sees to that. */
  add(chunk: Buffer): void {
    if (this.#place === undefined) this.#chunks.push(chunk);
    else chunk.copy(this.#place, this.#bytes);
    this.#bytes += chunk.length;
    if (this.#place === undefined && this.#bytes >= TRUSTED_FROM_BYTES && this.#announcedBytes >= this.#bytes) {
      this.#place = Buffer.allocUnsafeSlow(this.#announcedBytes);
      let at = 0;
      for (const held of this.#chunks) at += held.copy(this.#place, at);
      this.#chunks = [];
    }
  }

  whole(): Buffer {
    if (this.#place !== undefined) return this.#place.subarray(0, this.#bytes);
    const [only] = this.#chunks;
    return only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#bytes);
  }
}
