import { joined } from "../../bytes/joined.ts";
import { crc32 } from "../crc32.ts";
import { CHECKSUM_BYTES, PRELUDE_BYTES } from "../frame.ts";
import type { Frame, HeaderValue } from "../frame.ts";

const TEXT = new TextEncoder();

type Write = (view: DataView) => void;

function sized(length: number, write: Write): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

function counted(bytes: Uint8Array): Uint8Array {
  return joined([sized(2, (view) => view.setUint16(0, bytes.length)), bytes]);
}

type Writers = {
  readonly [K in HeaderValue["type"]]: (
    value: Extract<HeaderValue, { readonly type: K }>["value"],
  ) => readonly [type: number, bytes: Uint8Array];
};

const WRITERS: Writers = {
  boolean: (value) => [value ? 0 : 1, new Uint8Array(0)],
  byte: (value) => [2, sized(1, (view) => view.setInt8(0, value))],
  short: (value) => [3, sized(2, (view) => view.setInt16(0, value))],
  integer: (value) => [4, sized(4, (view) => view.setInt32(0, value))],
  long: (value) => [5, sized(8, (view) => view.setBigInt64(0, value))],
  bytes: (value) => [6, counted(value)],
  string: (value) => [7, counted(TEXT.encode(value))],
  timestamp: (value) => [8, sized(8, (view) => view.setBigInt64(0, value))],
  uuid: (value) => [9, value],
};

function encodeHeader(name: string, header: HeaderValue): Uint8Array {
  const write = WRITERS[header.type] as (value: HeaderValue["value"]) => readonly [number, Uint8Array];
  const [type, bytes] = write(header.value);
  const key = TEXT.encode(name);
  return joined([Uint8Array.of(key.length), key, Uint8Array.of(type), bytes]);
}

/** One message as bytes. */
export function encodeFrame({ headers, payload }: Frame): Uint8Array {
  const head = joined([...headers].map(([name, header]) => encodeHeader(name, header)));
  const length = PRELUDE_BYTES + head.length + payload.length + CHECKSUM_BYTES;
  const lengths = sized(8, (view) => {
    view.setUint32(0, length);
    view.setUint32(4, head.length);
  });
  const prelude = joined([lengths, sized(4, (view) => view.setUint32(0, crc32(lengths)))]);
  const before = joined([prelude, head, payload]);
  return joined([before, sized(4, (view) => view.setUint32(0, crc32(before)))]);
}

/** A message with headers that are texts, and a payload that is one. */
export function textFrame(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const values = Object.entries(headers).map(([name, value]) => [name, { type: "string", value } as const] as const);
  return encodeFrame({ headers: new Map(values), payload: TEXT.encode(payload) });
}
