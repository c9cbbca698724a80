import { malformed } from "./reply-error.ts";

/** Of what may follow one chunk's size; nobody uses it. */
const EXTENSION_BYTES_MAX = 4 * 1024;
const SIZE_DIGITS_MAX = 16;

const CR = 13;
const LF = 10;
const SEMICOLON = 59;

type Place = "size" | "extension" | "size-end" | "data" | "data-cr" | "data-lf";

/** The lines between the data of the chunked coding, byte by byte, so that they may be cut anywhere. */
export class ChunkFraming {
  /** Bytes of data that are still to come of this chunk. */
  left = 0;
  #place: Place = "size";
  #digits = 0;
  #extensionBytes = 0;

  begin(): void {
    this.left = 0;
    this.#place = "size";
    this.#digits = 0;
    this.#extensionBytes = 0;
  }

  get isInData(): boolean {
    return this.#place === "data";
  }

  /** All of a chunk's data was taken. */
  dataTaken(): void {
    this.#place = "data-cr";
  }

  /**
   * Reads on to the next data.
   *
   * @returns where it stopped: at the first byte of data, behind the line of the last chunk, or at the end
   * @throws {ReplyError}
   */
  take(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const byte = bytes[at] ?? 0;
      at += 1;
      if (this.#step(byte)) return at;
    }
    return at;
  }

  /** The line of the last chunk was read; trailers follow. */
  get isLast(): boolean {
    return this.#place === "data" && this.left === 0;
  }

  /** Whether data, or the end of it, begins behind this byte. */
  #step(byte: number): boolean {
    switch (this.#place) {
      case "size":
        this.#sizeByte(byte);
        return false;
      case "extension":
        this.#extensionByte(byte);
        return false;
      case "size-end":
        if (byte !== LF) throw malformed("a chunk size without a line end");
        this.#place = "data";
        return true;
      case "data-cr":
        if (byte !== CR) throw malformed("a chunk that is longer than its size");
        this.#place = "data-lf";
        return false;
      case "data-lf":
        if (byte !== LF) throw malformed("a chunk that is longer than its size");
        this.begin();
        return false;
      case "data":
        return true;
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.left = this.left * 16 + digit;
      this.#digits += 1;
      if (this.#digits > SIZE_DIGITS_MAX || this.left > Number.MAX_SAFE_INTEGER)
        throw malformed("a chunk without bounds");
    } else if (this.#digits > 0 && byte === CR) this.#place = "size-end";
    else if (this.#digits > 0 && byte === SEMICOLON) this.#place = "extension";
    else throw malformed("no valid chunk size");
  }

  #extensionByte(byte: number): void {
    if (byte === CR) this.#place = "size-end";
    else if ((byte < 32 && byte !== 9) || byte === 127) throw malformed("a control character in a chunk extension");
    this.#extensionBytes += 1;
    if (this.#extensionBytes > EXTENSION_BYTES_MAX) throw malformed("a chunk extension without end");
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
