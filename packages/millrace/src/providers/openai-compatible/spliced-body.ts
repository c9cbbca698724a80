import type { FieldEdit, Span } from "../../wire/json/top-level.ts";
import { scanTopLevel, spliceTopLevel } from "../../wire/json/top-level.ts";
import type { RequestBody } from "../provider.ts";

const SPACE = /^[ \t\r\n]*:[ \t\r\n]*"/;
/** Whitespace around a colon is rare, and this much is plenty. */
const BEFORE_VALUE_BYTES_MAX = 64;
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;

/** A body as one array, or in pieces that follow one another. */
export type BodyBytes = Uint8Array | readonly Uint8Array[];

/**
 * A client's bytes with top-level values replaced. Nothing where its fields cannot be told apart safely: it then has
 * to be written anew.
 */
export function splicedBody(body: RequestBody, edits: readonly FieldEdit[]): BodyBytes | undefined {
  if (edits.length === 0) return body.bytes;
  const quick = body.isEscapeFree === true ? quicklySpliced(body, edits) : undefined;
  if (quick !== undefined) return quick;
  const fields = scanTopLevel(body.bytes);
  return fields === undefined ? undefined : spliceTopLevel(body.bytes, fields, edits);
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

/** Where a field's value lies whose name stands in the text exactly once, if it is this string, written plainly. */
function spanOf(buffer: Buffer, key: string, value: string): Span | undefined {
  const name = `"${key}"`;
  const at = buffer.indexOf(name, 0, "latin1");
  if (at === -1 || buffer.indexOf(name, at + name.length, "latin1") !== -1) return undefined;
  const behind = at + name.length;
  const text = buffer.toString("latin1", behind, behind + BEFORE_VALUE_BYTES_MAX);
  const colon = SPACE.exec(text);
  if (colon === null) return undefined;
  const start = behind + colon[0].length - 1;
  const end = buffer.indexOf(QUOTE, start + 1) + 1;
  return buffer.toString("utf8", start + 1, end - 1) === value ? { start, end } : undefined;
}
