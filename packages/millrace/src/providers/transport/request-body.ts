import { joined } from "../../wire/bytes/joined.ts";
import type { TransportRequest } from "./transport.ts";

/** The body's bytes as they are given; several pieces are not joined. */
export function bodyPieces(body: TransportRequest["body"]): readonly Uint8Array[] {
  if (body === undefined) return [];
  if (typeof body === "string") return [Buffer.from(body)];
  return body instanceof Uint8Array ? [body] : body;
}

/** What is encrypted in well under a millisecond. */
const SLICE_BYTES = 256 * 1024;

/** The body's bytes in pieces that are not large, from the first each time it is gone through. */
export class SlicedBody implements Iterable<Uint8Array> {
  readonly bytes: number;
  readonly #pieces: readonly Uint8Array[];

  constructor(body: TransportRequest["body"]) {
    this.#pieces = bodyPieces(body);
    this.bytes = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (const piece of this.#pieces) {
      for (let from = 0; from < piece.length; from += SLICE_BYTES) yield piece.subarray(from, from + SLICE_BYTES);
    }
  }
}

/** The body's bytes in one piece. */
export function wholeBody(body: TransportRequest["body"]): Uint8Array {
  return joined(bodyPieces(body));
}
