/** Headers that belong to the connection or the message and cannot be set from outside. */
const RESERVED: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a header is the connection's or the message's own. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name.toLowerCase());
}
