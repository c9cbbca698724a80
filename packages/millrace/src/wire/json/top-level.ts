/** A part of a byte array: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the fields of a JSON object lie in its bytes. */
export interface TopLevelFields {
  /** The value of each field, without the whitespace around it. */
  readonly values: ReadonlyMap<string, Span>;
  /** Just behind the opening brace. */
  readonly front: number;
}

/** A field to write: `value` is JSON text. */
export interface FieldEdit {
  readonly key: string;
  readonly value: string;
}

const NAMES = new TextDecoder("utf-8", { ignoreBOM: true });
const TEXT = new TextEncoder();

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Finds the top-level fields of a JSON object without parsing it.
 *
 * Gives nothing when it is no object, when a name comes twice, or when a name is written with an
 * escape. Servers disagree about which of two equal names counts, so a splice could leave one in
 * that a permission check never saw; the caller then has to write the body anew from its parse.
 *
 * The bytes must be valid JSON: it steps over nested values without judging them.
 */
export function scanTopLevel(bytes: Uint8Array): TopLevelFields | undefined {
  const open = skipSpace(bytes, 0);
  if (bytes[open] !== OPEN_BRACE) return undefined;
  const values = new Map<string, Span>();
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] !== CLOSE_BRACE) {
    const close = readFields(bytes, at, values);
    if (close === undefined) return undefined;
    at = close;
  }
  return skipSpace(bytes, at + 1) === bytes.length ? { values, front: open + 1 } : undefined;
}

/**
 * The bytes, in pieces, with each edited field's value replaced, or put in front of all others where the object
 * had no such field. Every other byte stays what it was. Of two edits of one key the last counts.
 */
export function splicedPieces(
  bytes: Uint8Array,
  fields: TopLevelFields,
  edits: readonly FieldEdit[],
): readonly Uint8Array[] {
  const replaced: { readonly span: Span; readonly text: string }[] = [];
  const added: string[] = [];
  for (const [key, value] of new Map(edits.map((edit) => [edit.key, edit.value]))) {
    const span = fields.values.get(key);
    if (span === undefined) added.push(`${JSON.stringify(key)}:${value}`);
    else replaced.push({ span, text: value });
  }
  if (added.length > 0) {
    const comma = fields.values.size > 0 ? "," : "";
    replaced.push({ span: { start: fields.front, end: fields.front }, text: `${added.join(",")}${comma}` });
  }
  return replaceSpans(
    bytes,
    replaced.sort((one, other) => one.span.start - other.span.start),
  );
}

function replaceSpans(
  bytes: Uint8Array,
  ordered: readonly { readonly span: Span; readonly text: string }[],
): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let kept = 0;
  for (const { span, text } of ordered) {
    pieces.push(bytes.subarray(kept, span.start), TEXT.encode(text));
    kept = span.end;
  }
  pieces.push(bytes.subarray(kept));
  return pieces;
}

/** Fills `values`, starting at the first name; gives the offset of the closing brace. */
function readFields(bytes: Uint8Array, start: number, values: Map<string, Span>): number | undefined {
  let at = start;
  for (;;) {
    const name = nameAt(bytes, at);
    if (name === undefined || values.has(name.text)) return undefined;
    at = skipSpace(bytes, name.end);
    if (bytes[at] !== COLON) return undefined;
    const valueStart = skipSpace(bytes, at + 1);
    const valueEnd = endOfValue(bytes, valueStart);
    if (valueEnd === undefined) return undefined;
    values.set(name.text, { start: valueStart, end: valueEnd });
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === CLOSE_BRACE) return at;
    if (bytes[at] !== COMMA) return undefined;
    at = skipSpace(bytes, at + 1);
  }
}

function nameAt(bytes: Uint8Array, start: number): { readonly text: string; readonly end: number } | undefined {
  if (bytes[start] !== QUOTE) return undefined;
  const end = endOfString(bytes, start);
  if (end === undefined) return undefined;
  const name = bytes.subarray(start + 1, end - 1);
  if (name.includes(BACKSLASH)) return undefined;
  return { text: NAMES.decode(name), end };
}

function endOfValue(bytes: Uint8Array, start: number): number | undefined {
  const first = bytes[start];
  if (first === QUOTE) return endOfString(bytes, start);
  return first === OPEN_BRACE || first === OPEN_BRACKET ? endOfContainer(bytes, start) : endOfWord(bytes, start);
}

/** Just behind the closing quote of the string that opens at `start`. */
export function endOfString(bytes: Uint8Array, start: number): number | undefined {
  for (let at = bytes.indexOf(QUOTE, start + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    if (!isEscaped(bytes, at)) return at + 1;
  }
  return undefined;
}

/** Whether an odd number of backslashes stands before a byte of a string. */
export function isEscaped(bytes: Uint8Array, at: number): boolean {
  return backslashesBefore(bytes, at) % 2 === 1;
}

/** How many backslashes stand before a byte, in a row; those before `floor` are not counted. */
export function backslashesBefore(bytes: Uint8Array, at: number, floor: number = 0): number {
  let first = at;
  while (first > floor && bytes[first - 1] === BACKSLASH) first -= 1;
  return at - first;
}

function endOfContainer(bytes: Uint8Array, start: number): number | undefined {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    at += 1;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** A number, `true`, `false` or `null`: everything up to what can follow a value. */
function endOfWord(bytes: Uint8Array, start: number): number | undefined {
  let at = start;
  while (at < bytes.length && !endsWord(bytes[at])) at += 1;
  return at === start ? undefined : at;
}

function endsWord(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || isSpace(byte);
}

/** The offset of the first byte from `start` that is not JSON whitespace, or `end`. */
export function skipSpace(bytes: Uint8Array, start: number, end: number = bytes.length): number {
  let at = start;
  while (at < end && isSpace(bytes[at])) at += 1;
  return at;
}

/** Whether it is JSON whitespace. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}
