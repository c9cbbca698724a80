import { SseError } from "../sse/event.ts";
import { LineBuffer } from "../sse/line-buffer.ts";

/** Whole events: `ends` are the offsets just behind each of them, the last one `bytes.length`. */
export interface FramedEvents {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  /** The event behind them is over the limit. */
  readonly error?: SseError;
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

  /** Throws an {@link SseError} when an event is over the limit and none came before it in these bytes. */
  push(bytes: Uint8Array): FramedEvents | undefined {
    if (this.#isOneEvent(bytes)) return { bytes, ends: [bytes.length] };
    const ends = this.#scan(bytes);
    const good = this.#countGood(ends, bytes.length);
    if (good <= ends.length) return this.#goodOnly(bytes, ends.slice(0, good));
    const last = ends.at(-1);
    if (last === undefined) {
      this.#pending.append(bytes);
      return undefined;
    }
    const framed = this.#join(last === bytes.length ? bytes : bytes.subarray(0, last), ends);
    if (last < bytes.length) this.#pending.append(bytes.subarray(last));
    return framed;
  }

  /** Servers write one event at a time, in one line and a blank one. */
  #isOneEvent(bytes: Uint8Array): boolean {
    const { length } = bytes;
    const isWhole = this.#pending.length === 0 && this.#lineEmpty && !this.#afterCr && length <= this.#maxEventBytes;
    return isWhole && length > 2 && bytes.indexOf(LF) === length - 2 && bytes[length - 1] === LF && !bytes.includes(CR);
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

  /** How many events are within the limit before one is not; one more than there are where all are. */
  #countGood(ends: readonly number[], length: number): number {
    let start = -this.#pending.length;
    for (let at = 0; at <= ends.length; at += 1) {
      const end = ends[at] ?? length;
      if (end - start > this.#maxEventBytes) return at;
      start = end;
    }
    return ends.length + 1;
  }

  #goodOnly(bytes: Uint8Array, ends: readonly number[]): FramedEvents {
    const error = new SseError(this.#maxEventBytes);
    const last = ends.at(-1);
    if (last === undefined) throw error;
    return { ...this.#join(bytes.subarray(0, last), ends), error };
  }
}
