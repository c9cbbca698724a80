import type { Steps } from "./steps.ts";

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const ESCAPE_BYTES = 6;
const STEP_BYTES = 256 * 1024;
const REPLACEMENT = new TextEncoder().encode("\\ufffd");

/** The same JSON text without what strict servers refuse in strings, and where that stood. */
export interface FitText {
  readonly bytes: Uint8Array;
  /** Where it stood, by the number that was given for its offset. */
  readonly places: ReadonlySet<number>;
}

/**
 * Takes out of JSON text what {@link cleanStrings} takes out of values: half a surrogate pair becomes U+FFFD, NUL goes.
 * In UTF-8, only escapes can say either. Nothing where there is none of them.
 *
 * @param placeOf what a place in the text belongs to; asked in the order of the text
 */
export function* withoutUnfitEscapes(bytes: Uint8Array, placeOf: (at: number) => number): Steps<FitText | undefined> {
  let fit: FittingText | undefined;
  let pauseAt = STEP_BYTES;
  let at = bytes.indexOf(BACKSLASH);
  while (at !== -1) {
    const size = escapeSize(bytes, at);
    if (isUnfit(bytes, at, size)) {
      fit ??= new FittingText(bytes);
      fit.replace(at, codeAt(bytes, at) === 0);
      fit.places.add(placeOf(at));
    }
    at = bytes.indexOf(BACKSLASH, at + size);
    if (at < pauseAt) continue;
    pauseAt = at + STEP_BYTES;
    yield;
  }
  return fit?.done();
}

/** Of two escapes that are a pair, both. */
function escapeSize(bytes: Uint8Array, at: number): number {
  const code = codeAt(bytes, at);
  if (code === undefined) return 2;
  return isHigh(code) && isLow(codeAt(bytes, at + ESCAPE_BYTES)) ? 2 * ESCAPE_BYTES : ESCAPE_BYTES;
}

function isUnfit(bytes: Uint8Array, at: number, size: number): boolean {
  const code = codeAt(bytes, at);
  return size === ESCAPE_BYTES && (code === 0 || isHigh(code) || isLow(code));
}

/** What the escape at that place says, where it is written as a number. */
function codeAt(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LETTER_U) return undefined;
  let code = 0;
  for (let digit = at + 2; digit < at + ESCAPE_BYTES; digit += 1) {
    const value = hexValue(bytes[digit] ?? 0);
    if (value === undefined) return undefined;
    code = code * 16 + value;
  }
  return code;
}

function hexValue(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}

function isHigh(code: number | undefined): boolean {
  return code !== undefined && code >= 0xd800 && code < 0xdc00;
}

function isLow(code: number | undefined): boolean {
  return code !== undefined && code >= 0xdc00 && code < 0xe000;
}

/** A copy of the text that is written as the text is read. */
class FittingText {
  readonly places = new Set<number>();
  readonly #source: Uint8Array;
  readonly #target: Uint8Array;
  #read = 0;
  #written = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
    this.#target = new Uint8Array(source.length);
  }

  /** Replaces the escape at that place, or leaves it out. */
  replace(at: number, leaveOut: boolean): void {
    this.#copy(at);
    if (!leaveOut) {
      this.#target.set(REPLACEMENT, this.#written);
      this.#written += ESCAPE_BYTES;
    }
    this.#read = at + ESCAPE_BYTES;
  }

  done(): FitText {
    this.#copy(this.#source.length);
    return { bytes: this.#target.subarray(0, this.#written), places: this.places };
  }

  #copy(to: number): void {
    if (to > this.#read) this.#target.set(this.#source.subarray(this.#read, to), this.#written);
    this.#written += to - this.#read;
    this.#read = to;
  }
}
