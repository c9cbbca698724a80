import { joined } from "../bytes/joined.ts";
import { isEscaped } from "./top-level.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A string longer than this, in bytes, is cut, and this much of it is kept. */
export const LONG_BYTES = 4096;
export const KEPT_BYTES = 2048;
/** A text with a quote more often than this, in bytes, is read as fast as it is cut. */
const BYTES_PER_QUOTE_MIN = 200;
const QUOTES_FREE = 64;

/**
 * The same JSON with only the beginning of its long strings, which are most of a long conversation: reading it costs
 * a fraction, and everything that is not in such a string is in it. Nothing where cutting would not pay.
 *
 * The text must be UTF-8. Whether what it leaves out is valid JSON is not looked at, but where a string ends, every
 * reader of JSON agrees on: at the first quote behind an even number of backslashes.
 */
export function outlineOf(bytes: Uint8Array): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  let kept = 0;
  let quotes = 0;
  let open = bytes.indexOf(QUOTE);
  while (open !== -1) {
    let close = bytes.indexOf(QUOTE, open + 1);
    while (close !== -1 && isEscaped(bytes, close)) {
      quotes += 1;
      close = bytes.indexOf(QUOTE, close + 1);
    }
    if (close === -1) return undefined;
    quotes += 2;
    if (quotes > QUOTES_FREE + close / BYTES_PER_QUOTE_MIN) return undefined;
    if (close - open > LONG_BYTES) {
      pieces.push(bytes.subarray(kept, keptEnd(bytes, open + 1)));
      kept = close;
    }
    open = bytes.indexOf(QUOTE, close + 1);
  }
  if (kept === 0) return undefined;
  pieces.push(bytes.subarray(kept));
  return joined(pieces);
}

/** Where the kept part of a long string ends: before a character, and not within an escape. */
export function keptEnd(bytes: Uint8Array, start: number): number {
  let end = start + KEPT_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  // An escape has at most six characters: `\u00e9`. It is cut off with whatever follows its backslash.
  for (let at = end - 1; at >= end - 5; at -= 1) {
    if (bytes[at] === BACKSLASH && !isEscaped(bytes, at)) return at;
  }
  return end;
}
