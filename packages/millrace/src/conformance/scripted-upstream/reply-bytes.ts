/** Builds the bytes of replies; every function returns exactly what goes on the wire. */

export type ReplyHeaders = Readonly<Record<string, string>>;

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  500: "Internal Server Error",
};

export function head(status: number, headers: ReplyHeaders, version = "HTTP/1.1"): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${version} ${status} ${REASONS[status] ?? "Status"}\r\n${lines.join("")}\r\n`;
}

/** A complete reply with its length. */
export function wholeReply(status: number, body: string | Buffer, headers: ReplyHeaders = {}): Buffer {
  const bytes = Buffer.from(body);
  const all = { "content-type": "application/json", "content-length": String(bytes.length), ...headers };
  return Buffer.concat([Buffer.from(head(status, all)), bytes]);
}

export function jsonReply(status: number, value: unknown, headers: ReplyHeaders = {}): Buffer {
  return wholeReply(status, JSON.stringify(value), headers);
}

/** The head of a chunked event stream; `chunk` and `LAST_CHUNK` follow. */
export function streamHead(headers: ReplyHeaders = {}): string {
  return head(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked", ...headers });
}

/** One chunk of the chunked transfer coding. */
export function chunk(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

export const LAST_CHUNK = "0\r\n\r\n";

/** A server-sent event that carries JSON. */
export function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export const DONE_EVENT = "data: [DONE]\n\n";
