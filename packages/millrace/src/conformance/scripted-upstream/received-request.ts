/** A request as it stood on the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The head as it came, without the blank line. */
  readonly rawHead: string;
  readonly body: string;
  /** The body as JSON; throws when it is none. */
  json(): unknown;
}

const BLANK_LINE = Buffer.from("\r\n\r\n");

/**
 * Takes the first whole request from what a socket has sent so far.
 *
 * @returns the request and how many bytes it took, or undefined while it is incomplete
 */
export function takeRequest(bytes: Buffer): { readonly request: ReceivedRequest; readonly length: number } | undefined {
  const headEnd = bytes.indexOf(BLANK_LINE);
  if (headEnd < 0) return undefined;
  const rawHead = bytes.subarray(0, headEnd).toString("latin1");
  const [requestLine = "", ...lines] = rawHead.split("\r\n");
  const [method = "", path = ""] = requestLine.split(" ");
  const headers = headersOf(lines);
  const bodyStart = headEnd + BLANK_LINE.length;
  const body = takeBody(bytes.subarray(bodyStart), headers);
  if (body === undefined) return undefined;
  const text = body.content.toString("utf8");
  return {
    request: { method, path, headers, rawHead, body: text, json: () => JSON.parse(text) as unknown },
    length: bodyStart + body.length,
  };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

function takeBody(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
): { readonly content: Buffer; readonly length: number } | undefined {
  if (headers["transfer-encoding"]?.toLowerCase() === "chunked") return takeChunks(bytes);
  const length = Number(headers["content-length"] ?? 0);
  return bytes.length < length ? undefined : { content: bytes.subarray(0, length), length };
}

function takeChunks(bytes: Buffer): { readonly content: Buffer; readonly length: number } | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return undefined;
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
    if (size === 0) return { content: Buffer.concat(chunks), length: at };
  }
}
