import type { JsonObject } from "../../model/json.ts";
import { LargeReader } from "./large-reader.ts";
import { keptEnd, LONG_BYTES } from "./outline.ts";
import { isObject } from "./read.ts";
import type { Steps } from "./steps.ts";
import { endOfString, isSpace, skipSpace, type Span, type TopLevelFields } from "./top-level.ts";
import { UnreadableError } from "./unreadable.ts";

/** A large JSON object, as far as it has to be known to be passed on. */
export interface LargeDocument {
  readonly bytes: Uint8Array;
  /** All of it, but of each long string only the beginning, with a mark behind it. */
  readonly outline: JsonObject;
  /** What the marks stand for, by their number. */
  readonly cuts: readonly Span[];
  readonly fields: readonly LargeField[];
  /** Where each field's value lies. Nothing where names are written so that they cannot be told apart safely. */
  readonly spans: TopLevelFields | undefined;
}

/** A field of a large object as it is written. */
export interface LargeField {
  readonly name: string;
  /** From its name to the end of its value. */
  readonly start: number;
  readonly value: Span;
  /** The name is written with an escape, or was cut; then the value's place is not known. */
  readonly isOdd: boolean;
}

export interface ReadLargeOptions {
  /** What the values may take in memory beyond their characters, in bytes. */
  readonly maxCost?: number;
  /** About how many bytes are looked at or parsed in one step. */
  readonly sliceBytes?: number;
}

/** What `JSON.parse` reads in a few milliseconds, whatever it is. */
const SLICE_BYTES = 256 * 1024;

/** No string that is fit for any server holds half a surrogate pair, so this is nobody's text. */
export const CUT_MARK = "\\ud800";

const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const NAMES = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads a large JSON object in steps of a few milliseconds. The bytes must be UTF-8.
 *
 * What is not in a long string's rest is read by `JSON.parse`. That rest is not looked at, but where a string ends,
 * every reader of JSON agrees on.
 *
 * @throws {UnreadableError}
 */
export function* readLarge(bytes: Uint8Array, options: ReadLargeOptions = {}): Steps<LargeDocument> {
  const { sliceBytes = SLICE_BYTES, maxCost = Infinity } = options;
  const head = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  const open = yield* spaceEnd(bytes, head, sliceBytes);
  if (bytes[open] !== OPEN_BRACE) throw new UnreadableError("malformed");
  const reader = new LargeReader(bytes, open, { sliceBytes, maxCost, markOf: (cut) => `${CUT_MARK}${cut}` });
  let outline = reader.step();
  while (outline === undefined) {
    yield;
    outline = reader.step();
  }
  const close = reader.bounds.at(-1) ?? bytes.length;
  const end = yield* spaceEnd(bytes, close + 1, sliceBytes);
  if (end < bytes.length || !isObject(outline)) throw new UnreadableError("malformed");
  const fields = yield* fieldsOf(bytes, reader.bounds, sliceBytes);
  // A byte order mark is no JSON, however often it is taken: such a body is written anew.
  return { bytes, outline, cuts: reader.cuts, fields, spans: head > 0 ? undefined : spansOf(fields, open + 1) };
}

function* spaceEnd(bytes: Uint8Array, start: number, sliceBytes: number): Steps<number> {
  let at = start;
  for (;;) {
    const stop = Math.min(at + sliceBytes, bytes.length);
    at = skipSpace(bytes, at, stop);
    if (at < stop || stop === bytes.length) return at;
    yield;
  }
}

/** @param bounds behind the opening bracket, every comma, the closing bracket */
function* fieldsOf(bytes: Uint8Array, bounds: readonly number[], sliceBytes: number): Steps<readonly LargeField[]> {
  const fields: LargeField[] = [];
  let [from = 0] = bounds;
  for (const to of bounds.slice(1)) {
    const start = yield* spaceEnd(bytes, from, sliceBytes);
    if (start < to) fields.push(yield* fieldAt(bytes, { start, end: to }, sliceBytes));
    from = to + 1;
    yield;
  }
  return fields;
}

function* fieldAt(bytes: Uint8Array, { start, end: to }: Span, sliceBytes: number): Steps<LargeField> {
  const nameSize = endOfString(bytes.subarray(start, Math.min(to, start + LONG_BYTES)), 0);
  if (nameSize === undefined) {
    // Its end is far, and nobody asks for the value of a field of which not even the name is known.
    const kept = bytes.subarray(start + 1, keptEnd(bytes, start + 1));
    return { name: nameOf(kept, kept.includes(BACKSLASH)), start, value: { start, end: to }, isOdd: true };
  }
  const name = bytes.subarray(start + 1, start + nameSize - 1);
  const colon = yield* spaceEnd(bytes, start + nameSize, sliceBytes);
  const valueStart = yield* spaceEnd(bytes, colon + 1, sliceBytes);
  let end = to;
  for (; isSpace(bytes[end - 1]); end -= 1) if (end % sliceBytes === 0) yield;
  const isEscaped = name.includes(BACKSLASH);
  return { name: nameOf(name, isEscaped), start, value: { start: valueStart, end }, isOdd: isEscaped };
}

function nameOf(name: Uint8Array, isEscaped: boolean): string {
  const text = NAMES.decode(name);
  return isEscaped ? (JSON.parse(`"${text}"`) as string) : text;
}

function spansOf(fields: readonly LargeField[], front: number): TopLevelFields | undefined {
  const values = new Map(fields.map(({ name, value }) => [name, value]));
  // Of two fields of one name servers take either; of a name with an escape, some may not see what it says.
  return values.size < fields.length || fields.some(({ isOdd }) => isOdd) ? undefined : { values, front };
}
