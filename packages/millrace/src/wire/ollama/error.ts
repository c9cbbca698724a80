import type { Failure } from "../../model/failure.ts";
import type { EncodedError } from "../translation/codec.ts";
import { retryHeaders } from "../failure/retry-headers.ts";

/** A failure as a reply. `error` is the text itself; `code` is our own stable word. */
export function encodeError(failure: Failure): EncodedError {
  const { message, code, status } = failure;
  return { status, headers: retryHeaders(failure), body: { error: message, code } };
}

/** The same in a stream, as its last line. */
export function encodeErrorEvent({ message, code }: Failure): string {
  return `${JSON.stringify({ error: message, code })}\n`;
}
