import type { FieldEdit, Span } from "../../wire/json/top-level.ts";
import { scanTopLevel, skipSpace, splicedPieces } from "../../wire/json/top-level.ts";
import type { LargeBody, RequestBody } from "../provider.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const NOT_ASCII = 0x80;

/** A body as one array, or in pieces that follow one another. */
export type BodyBytes = Uint8Array | readonly Uint8Array[];

/**
 * A client's bytes with top-level values replaced. Nothing where its fields cannot be told apart safely: it then has
 * to be written anew.
 */
export function splicedBody(body: RequestBody, edits: readonly FieldEdit[]): BodyBytes | undefined {
  if (body.large !== undefined) return splicedLarge(body.bytes, body.large, edits);
  if (edits.length === 0) return body.bytes;
  const quick = body.isEscapeFree === true ? quicklySpliced(body, edits) : undefined;
  if (quick !== undefined) return quick;
  const fields = scanTopLevel(body.bytes);
  return fields === undefined ? undefined : splicedPieces(body.bytes, fields, edits);
}

/** The same of a large body, whose fields were found when it was read. */
function splicedLarge(
  bytes: Uint8Array,
  { document, isWhole }: LargeBody,
  edits: readonly FieldEdit[],
): BodyBytes | undefined {
  if (!isWhole) return undefined;
  if (edits.length === 0) return bytes;
  return document.spans === undefined ? undefined : splicedPieces(bytes, document.spans, edits);
}

/**
 * The same without a scan, by searching for names: where no name is written with an escape, one that stands there
 * once stands where its value was parsed from.
 */
function quicklySpliced(
  { bytes, outline }: RequestBody,
  edits: readonly FieldEdit[],
): readonly Uint8Array[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] !== OPEN_BRACE) return undefined;
  let added = "";
  let replaced: { readonly span: Span; readonly value: string } | undefined;
  for (const { key, value } of edits) {
    const before = outline[key];
    if (before === undefined) added += `${JSON.stringify(key)}:${value},`;
    else if (replaced !== undefined || typeof before !== "string") return undefined;
    else {
      const span = spanOf(buffer, key, before);
      if (span === undefined) return undefined;
      replaced = { span, value };
    }
  }
  // There is another field, the one that is replaced, so a comma belongs behind those that are added.
  if (replaced === undefined) return undefined;
  const { span, value } = replaced;
  const front = Buffer.from(`{${added}`);
  return [front, buffer.subarray(1, span.start), Buffer.from(value), buffer.subarray(span.end)];
}

/** Where a field's value lies whose name stands in the text exactly once, if it is this string, in plain ASCII. */
function spanOf(buffer: Buffer, key: string, value: string): Span | undefined {
  const name = `"${key}"`;
  const at = buffer.indexOf(name, 0, "latin1");
  if (at === -1 || buffer.indexOf(name, at + name.length, "latin1") !== -1) return undefined;
  const colon = skipSpace(buffer, at + name.length);
  const start = skipSpace(buffer, colon + 1);
  const end = start + value.length + 2;
  if (buffer[colon] !== COLON || buffer[start] !== QUOTE || buffer[end - 1] !== QUOTE) return undefined;
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code !== buffer[start + 1 + i] || code >= NOT_ASCII || code === BACKSLASH) return undefined;
  }
  return { start, end };
}
