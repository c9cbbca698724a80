import { joined } from "../../wire/bytes/joined.ts";
import type { TransportRequest } from "./transport.ts";

/** The body's bytes as they are given; several pieces are not joined. */
export function bodyPieces(body: TransportRequest["body"]): readonly Uint8Array[] {
  if (body === undefined) return [];
  if (typeof body === "string") return [Buffer.from(body)];
  return body instanceof Uint8Array ? [body] : body;
}

/** The body's bytes in one piece. */
export function wholeBody(body: TransportRequest["body"]): Uint8Array {
  return joined(bodyPieces(body));
}
