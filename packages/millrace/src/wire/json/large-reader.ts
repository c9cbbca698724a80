import { joined } from "../bytes/joined.ts";
import type { JsonValue } from "../../model/json.ts";
import { GrowingContainer } from "./growing-container.ts";
import { KEPT_BYTES, LONG_BYTES, keptEnd } from "./outline.ts";
import { backslashesBefore, isSpace, skipSpace, type Span } from "./top-level.ts";
import { UnreadableError } from "./unreadable.ts";
import { CONTAINER_COST, MEMBER_COST } from "./value-cost.ts";

export interface LargeReaderOptions {
  /** About how many bytes are looked at or parsed in one step. */
  readonly sliceBytes: number;
  /** What the values may take in memory beyond their characters, in bytes. */
  readonly maxCost: number;
  /** What stands in place of a cut string's rest: JSON text for the inside of a string. */
  readonly markOf: (cut: number) => string;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Within how many others a value may stand that is larger than some slices. */
const DEPTH_MAX = 64;
/** How far such a value may be read in one go, in bytes, and the longest number. */
const FAR_BYTES = 1024 * 1024;
/** Ends of strings that are no farther than this are found fastest by looking at each byte. */
const NEAR_BYTES = 32;
/** What is done with a request copies its fields, but not those further in. */
const TOP_FIELDS_MAX = 4096;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const TEXT = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** A part of the text that is left out, and what stands there instead. */
interface Skipped extends Span {
  readonly mark: Uint8Array;
}

/**
 * Reads a large JSON object a step at a time, with the long strings in it cut.
 *
 * It goes once over the bytes and only tells strings, brackets and commas apart. When a slice is behind it, it waits
 * for a comma that is not too deep, and has `JSON.parse` read all complete members before it, in groups: one for each
 * container that is open there. So it is `JSON.parse` that says what a value is, and each byte is read once.
 */
export class LargeReader {
  /** What was left out of each cut string. */
  readonly cuts: Span[] = [];
  /** Just behind the opening bracket, and the comma behind each top-level member; the closing bracket is the last. */
  readonly bounds: number[] = [];
  readonly #bytes: Uint8Array;
  readonly #options: LargeReaderOptions;
  #at: number;
  /** Where the string that is being read opens. */
  #string: number | undefined;
  /** Of every open container, its opening bracket, and the latest comma in it. */
  readonly #opens: number[] = [];
  readonly #commas: number[] = [];
  /** Of the outermost ones, those of which members are read. */
  readonly #grown: GrowingContainer[] = [];
  #skipped: Skipped[] = [];
  /** Offset of the unread text, as if nothing before it had been left out. */
  #unread = 0;
  #cost = 0;
  #value: JsonValue | undefined;

  /** @param start where the object begins */
  constructor(bytes: Uint8Array, start: number, options: LargeReaderOptions) {
    this.#bytes = bytes;
    this.#at = start;
    this.#unread = start;
    this.#options = options;
  }

  /**
   * Goes on by about a slice; gives the value when it is read.
   *
   * @throws {UnreadableError}
   */
  step(): JsonValue | undefined {
    const stop = this.#at + this.#options.sliceBytes;
    while (this.#at < stop && this.#value === undefined) {
      if (this.#at >= this.#bytes.length) throw new UnreadableError("malformed");
      if (this.#string === undefined) this.#structure(stop);
      else this.#inString(this.#string, stop);
    }
    if (this.#string === undefined && this.#at - this.#unread > FAR_BYTES) throw new UnreadableError("too-deep");
    if (this.#cost > this.#options.maxCost) throw new UnreadableError("too-many-values");
    return this.#value;
  }

  /** Up to the next string, or as far as this step goes. */
  #structure(stop: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    const end = Math.min(stop, bytes.length);
    while (at < end && this.#value === undefined) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#string = at;
        this.#at = at + 1;
        return;
      }
      if (byte === COMMA) {
        if (this.#comma(at)) return;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#open(at);
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close(at, byte);
      else if (isSpace(byte)) at = this.#space(at, end) - 1;
      at += 1;
    }
    this.#at = at;
  }

  #open(at: number): void {
    if (this.#opens.length === 0) this.bounds.push(at + 1);
    this.#opens.push(at);
    this.#commas.push(at);
    this.#cost += CONTAINER_COST;
  }

  /** Whether members were read. */
  #comma(at: number): boolean {
    const depth = this.#opens.length;
    if (depth === 0) throw new UnreadableError("malformed");
    if (depth === 1 && this.bounds.push(at) > TOP_FIELDS_MAX) throw new UnreadableError("too-many-fields");
    this.#cost += MEMBER_COST;
    if (at - this.#unread >= this.#options.sliceBytes && depth <= DEPTH_MAX) {
      this.#readGroups(at);
      return true;
    }
    this.#commas[depth - 1] = at;
    if (this.#grown.length === depth) this.#grown[depth - 1]?.passComma(at);
    return false;
  }

  #close(at: number, bracket: number): void {
    const open = this.#opens.pop();
    this.#commas.pop();
    const opening = bracket === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET;
    if (open === undefined || this.#bytes[open] !== opening) throw new UnreadableError("malformed");
    const depth = this.#opens.length;
    if (this.#grown.length > depth) this.#closeGrown(at);
    else if (depth === 0) this.#value = this.#grow(open).close(at);
    if (depth === 0) this.bounds.push(at);
  }

  #closeGrown(at: number): void {
    const value = this.#grown.pop()?.close(at);
    const outer = this.#grown.at(-1);
    if (outer === undefined) this.#value = value;
    else outer.leave(value ?? null, at + 1);
    this.#forget(at + 1);
  }

  /** Reads every complete member in front of a comma. */
  #readGroups(comma: number): void {
    for (const [depth, open] of this.#opens.entries()) {
      const container = this.#grown[depth] ?? this.#grow(open);
      const member = this.#opens[depth + 1];
      if (member === undefined) container.readTo(comma);
      else container.enter(this.#commas[depth] ?? open, member);
    }
    this.#commas[this.#opens.length - 1] = comma;
    this.#forget(comma + 1);
    this.#at = comma + 1;
  }

  #grow(open: number): GrowingContainer {
    const isArray = this.#bytes[open] === OPEN_BRACKET;
    const container = new GrowingContainer(isArray, open + 1, (from, to) => this.#text(from, to));
    this.#grown.push(container);
    return container;
  }

  /** What is before this is read. */
  #forget(at: number): void {
    this.#unread = at;
    this.#skipped = [];
  }

  /** On in a string, to its end or as far as this step goes. */
  #inString(open: number, stop: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let near = at + NEAR_BYTES;
    for (;;) {
      const end = Math.min(near, bytes.length);
      while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
      if (at < end) return this.#closeString(open, at);
      if (at >= stop || at >= bytes.length) break;
      const quote = bytes.indexOf(QUOTE, at);
      if (quote === -1) throw new UnreadableError("malformed");
      const backslashes = backslashesBefore(bytes, quote, Math.max(at, quote - this.#options.sliceBytes));
      // More of them than one step may count: they are stepped over.
      if (backslashes >= this.#options.sliceBytes) near = stop;
      else if (backslashes % 2 === 0) return this.#closeString(open, quote);
      else {
        at = quote + 1;
        near = at + NEAR_BYTES;
      }
    }
    this.#at = at;
  }

  #closeString(open: number, close: number): void {
    this.#string = undefined;
    this.#at = close + 1;
    if (close - open <= LONG_BYTES) return;
    const cut = { start: keptEnd(this.#bytes, open + 1), end: close };
    this.#skip(cut, TEXT.encode(this.#options.markOf(this.cuts.length)));
    this.cuts.push(cut);
  }

  /** The offset behind the space, or where this step ends. */
  #space(from: number, end: number): number {
    const to = skipSpace(this.#bytes, from, end);
    if (to - from > KEPT_BYTES) this.#skip({ start: from, end: to }, NOTHING);
    return to;
  }

  #skip({ start, end }: Span, mark: Uint8Array): void {
    this.#skipped.push({ start, end, mark });
    this.#unread += end - start;
  }

  /** The text of a stretch; stretches are asked for in their order. */
  #text(from: number, to: number): string {
    const pieces: Uint8Array[] = [];
    let kept = from;
    for (const { start, end, mark } of this.#skipped) {
      if (start < from || start >= to) continue;
      pieces.push(this.#bytes.subarray(kept, start), mark);
      kept = end;
    }
    pieces.push(this.#bytes.subarray(kept, to));
    return UTF8.decode(joined(pieces));
  }
}
