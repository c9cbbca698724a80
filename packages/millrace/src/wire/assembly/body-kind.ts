/**
 * What a reply's body is, told by its first character that is not white space, since content types are
 * often missing or wrong.
 *
 * - `events`: server-sent events, or nothing that is known.
 * - `json`: one JSON document, or JSON lines.
 * - `markup`: a web page, from a wrong address or a proxy.
 */
export type BodyKind = "events" | "json" | "markup";

const WHITE_SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** The three bytes of UTF-8's byte order mark. */
const BYTE_ORDER_MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const LESS_THAN = 0x3c;

/** The kind of the body that begins with these bytes; nothing while they are only white space. */
export function sniffBody(bytes: Uint8Array): BodyKind | undefined {
  const first = bytes.find((byte) => !WHITE_SPACE.has(byte) && !BYTE_ORDER_MARK.has(byte));
  if (first === undefined) return undefined;
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return "json";
  return first === LESS_THAN ? "markup" : "events";
}
