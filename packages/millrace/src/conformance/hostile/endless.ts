import type { BrotliCompress, Deflate, Gzip, ZstdCompress } from "node:zlib";
import { chunk } from "../scripted-upstream/reply-bytes.ts";

/** Bytes of one write: enough to keep a socket busy, little enough to be cut short at once. */
const PIECE_BYTES = 64 * 1024;

export function filler(bytes: number = PIECE_BYTES, text = "x"): Buffer {
  return Buffer.alloc(bytes, text);
}

/** The same piece again and again. */
export function* endless(piece: string | Uint8Array): Generator<string | Uint8Array, void> {
  for (;;) yield piece;
}

/** Pieces that are numbered from 0. */
export function* numbered(piece: (n: number) => string, count: number = Infinity): Generator<string, void> {
  for (let n = 0; n < count; n += 1) yield piece(n);
}

/** Some pieces before the others. */
export function* after<T>(first: T, rest: Iterable<T>): Generator<T, void> {
  yield first;
  yield* rest;
}

/** Small pieces joined to larger ones, as a busy server's writes are. */
export function* batched(pieces: Iterable<string>): Generator<string, void> {
  let batch = "";
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < PIECE_BYTES) continue;
    yield batch;
    batch = "";
  }
  yield batch;
}

/** Each piece in a chunk of the chunked coding; the last chunk never comes. */
export async function* chunked(
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Buffer, void> {
  for await (const piece of pieces) yield chunk(Buffer.from(piece));
}

type Compressor = Gzip | Deflate | BrotliCompress | ZstdCompress;

/** Compresses what never ends; after every piece all of it can be decoded. */
export async function* compressed(
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  compressor: Compressor,
): AsyncGenerator<Buffer, void> {
  try {
    for await (const piece of pieces) {
      await new Promise<void>((resolve) => {
        compressor.write(piece);
        compressor.flush(resolve);
      });
      for (let bytes = compressor.read() as Buffer | null; bytes; bytes = compressor.read() as Buffer | null) {
        yield bytes;
      }
    }
  } finally {
    compressor.destroy();
  }
}
