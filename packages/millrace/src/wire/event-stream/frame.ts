/**
 * A message of `application/vnd.amazon.eventstream`, the framing of AWS's streams. All numbers are big-endian:
 *
 * | bytes | what |
 * | --- | --- |
 * | 4 | length of the whole message, these four bytes included |
 * | 4 | length of the headers |
 * | 4 | CRC-32 of the eight bytes before |
 * | … | headers |
 * | … | payload |
 * | 4 | CRC-32 of all bytes before |
 *
 * A header is one byte for the length of its name, the name, one byte for the type of its value, and the value.
 * Described in "Event stream encoding" of the Amazon Lex and Amazon Transcribe developer guides, and in
 * "Amazon Event Stream Specification" of Smithy.
 */
export interface Frame {
  readonly headers: ReadonlyMap<string, HeaderValue>;
  readonly payload: Uint8Array;
}

export type HeaderValue =
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "byte" | "short" | "integer"; readonly value: number }
  /** A timestamp is in milliseconds since the epoch. */
  | { readonly type: "long" | "timestamp"; readonly value: bigint }
  | { readonly type: "bytes" | "uuid"; readonly value: Uint8Array }
  | { readonly type: "string"; readonly value: string };

/** Two lengths and their checksum. */
export const PRELUDE_BYTES = 12;
export const CHECKSUM_BYTES = 4;

/** The bytes are no such messages; nothing after them can be read. */
export class EventStreamError extends Error {
  override readonly name = "EventStreamError";
}

/** The text in a header, where there is a header of this name that holds one. */
export function textHeader({ headers }: Frame, name: string): string | undefined {
  const header = headers.get(name);
  return header?.type === "string" ? header.value : undefined;
}
