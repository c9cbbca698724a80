import { SseError } from "../sse/event.ts";
import { LineBuffer } from "../sse/line-buffer.ts";

/** Whole events: `ends` are the offsets just behind each of them, the last one `bytes.length`. */
export interface FramedEvents {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Finds where server-sent events end, in the bytes, and gives whole events only. Where a chunk is
 * nothing but whole events it is given as it is, without a copy.
 */
export class EventFramer {
  readonly #maxEventBytes: number;
  /** The beginning of an event that is still arriving. */
  readonly #pending = new LineBuffer();
  /** The line that is still arriving has no bytes yet. */
  #lineEmpty = true;
  /** The last byte was a CR; an LF right behind it belongs to the same line end. */
  #afterCr = false;

  constructor(options: { readonly maxEventBytes: number }) {
    this.#maxEventBytes = options.maxEventBytes;
  }

  /** Throws an {@link SseError} when one event is over the limit. */
  push(bytes: Uint8Array): FramedEvents | undefined {
    const ends = this.#scan(bytes);
    this.#checkSizes(ends, bytes.length);
    const last = ends.at(-1);
    if (last === undefined) {
      this.#pending.append(bytes);
      return undefined;
    }
    const framed = this.#join(last === bytes.length ? bytes : bytes.subarray(0, last), ends);
    if (last < bytes.length) this.#pending.append(bytes.subarray(last));
    return framed;
  }

  /** What is left of an event that never ended. */
  rest(): Uint8Array {
    return this.#pending.take().slice();
  }

  #join(bytes: Uint8Array, ends: readonly number[]): FramedEvents {
    const before = this.#pending.length;
    if (before === 0) return { bytes, ends };
    this.#pending.append(bytes);
    return { bytes: this.#pending.take().slice(), ends: ends.map((end) => end + before) };
  }

  /** The offsets behind every blank line. */
  #scan(bytes: Uint8Array): number[] {
    const ends: number[] = [];
    let start = this.#afterCr && bytes[0] === LF ? 1 : 0;
    let lf = bytes.indexOf(LF, start);
    let cr = bytes.indexOf(CR, start);
    while (lf !== -1 || cr !== -1) {
      const end = lf === -1 || (cr !== -1 && cr < lf) ? cr : lf;
      const next = end === cr && lf === end + 1 ? end + 2 : end + 1;
      if (end === start && this.#lineEmpty) ends.push(next);
      this.#lineEmpty = true;
      start = next;
      if (end === cr) cr = bytes.indexOf(CR, next);
      if (lf !== -1 && lf < next) lf = bytes.indexOf(LF, next);
    }
    if (start < bytes.length) this.#lineEmpty = false;
    if (bytes.length > 0) this.#afterCr = bytes.at(-1) === CR;
    return ends;
  }

  #checkSizes(ends: readonly number[], length: number): void {
    let start = -this.#pending.length;
    for (const end of [...ends, length]) {
      if (end - start > this.#maxEventBytes) throw new SseError(this.#maxEventBytes);
      start = end;
    }
  }
}
