import { EventStreamError } from "./frame.ts";
import type { HeaderValue } from "./frame.ts";

const TEXT = new TextDecoder();
const UUID_BYTES = 16;

/** How a value of each type is read; the type is a number that stands before it. */
const READERS: readonly ((cursor: Cursor) => HeaderValue)[] = [
  () => ({ type: "boolean", value: true }),
  () => ({ type: "boolean", value: false }),
  (cursor) => ({ type: "byte", value: cursor.view(1).getInt8(0) }),
  (cursor) => ({ type: "short", value: cursor.view(2).getInt16(0) }),
  (cursor) => ({ type: "integer", value: cursor.view(4).getInt32(0) }),
  (cursor) => ({ type: "long", value: cursor.view(8).getBigInt64(0) }),
  (cursor) => ({ type: "bytes", value: cursor.bytes(cursor.view(2).getUint16(0)) }),
  (cursor) => ({ type: "string", value: TEXT.decode(cursor.bytes(cursor.view(2).getUint16(0))) }),
  (cursor) => ({ type: "timestamp", value: cursor.view(8).getBigInt64(0) }),
  (cursor) => ({ type: "uuid", value: cursor.bytes(UUID_BYTES) }),
];

/** Reads the headers of one message. The first of a name counts. Throws an {@link EventStreamError}. */
export function readHeaders(bytes: Uint8Array): ReadonlyMap<string, HeaderValue> {
  const headers = new Map<string, HeaderValue>();
  const cursor = new Cursor(bytes);
  while (!cursor.atEnd) {
    const name = TEXT.decode(cursor.bytes(cursor.view(1).getUint8(0)));
    const type = cursor.view(1).getUint8(0);
    const read = READERS[type];
    if (read === undefined) throw new EventStreamError(`A header has a value of the unknown type ${type}`);
    const value = read(cursor);
    if (!headers.has(name)) headers.set(name, value);
  }
  return headers;
}

/** Walks through bytes and never past their end. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new EventStreamError("A header goes past the end of the headers");
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  view(length: number): DataView {
    const bytes = this.bytes(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }
}
