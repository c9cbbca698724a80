import { FIELD_VALUE, TOKEN } from "../headers.ts";
import { bodyPieces } from "../request-body.ts";
import type { TransportRequest } from "../transport.ts";
import type { Target } from "./origin.ts";
import { ReplyError } from "./reply-error.ts";

/** Up to here head and body are copied into one buffer and one write; above, the copy costs more than it saves. */
const JOINED_BYTES_MAX = 64 * 1024;

/** What frames the request or rules the connection is ours to say. */
const OURS = new Set(["connection", "expect", "keep-alive", "transfer-encoding", "upgrade"]);

const NAMES_MAX = 1000;
/** Names that were looked at, and what each is in lower case. */
const checkedNames = new Map<string, string>();

/**
 * The request as it goes on the wire, in as few pieces as pay.
 *
 * @throws {ReplyError} for a header that would end early, start another one, or contradict the framing
 */
export function requestBytes(request: TransportRequest, { path, origin }: Target): readonly Uint8Array[] {
  const { method, headers, body } = request;
  const pieces = bodyPieces(body);
  const bodyBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { host = origin.host, length: announced, lines } = fieldsOf(headers);
  if (announced !== undefined && announced !== String(bodyBytes)) throw invalid("content-length");
  const length = body === undefined && method === "GET" ? "" : `content-length: ${bodyBytes}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${lines}${length}\r\n`;
  return joined(head, pieces, bodyBytes);
}

interface Fields {
  readonly host: string | undefined;
  readonly length: string | undefined;
  /** All others, as they go on the wire. */
  readonly lines: string;
}

/** Of headers that can change no more, since nearly every request of a provider has the same. */
const frozenFields = new WeakMap<Readonly<Record<string, string>>, Fields>();

function fieldsOf(headers: Readonly<Record<string, string>>): Fields {
  const known = frozenFields.get(headers);
  if (known !== undefined) return known;
  let [host, length, lines]: [string | undefined, string | undefined, string] = [undefined, undefined, ""];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    const lower = checked(name, value);
    if (lower === "host") host = value;
    else if (lower === "content-length") length = value;
    else lines += `${name}: ${value}\r\n`;
  }
  const fields = { host, length, lines };
  if (Object.isFrozen(headers)) frozenFields.set(headers, fields);
  return fields;
}

function joined(head: string, pieces: readonly Uint8Array[], bodyBytes: number): readonly Uint8Array[] {
  if (head.length + bodyBytes > JOINED_BYTES_MAX) return [Buffer.from(head, "latin1"), ...pieces];
  const all = Buffer.allocUnsafe(head.length + bodyBytes);
  let at = all.write(head, 0, "latin1");
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return [all];
}

function checked(name: string, value: string): string {
  if (!FIELD_VALUE.test(value)) throw invalid(name);
  const known = checkedNames.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (!TOKEN.test(name) || OURS.has(lower)) throw invalid(name);
  if (checkedNames.size >= NAMES_MAX) checkedNames.clear();
  checkedNames.set(name, lower);
  return lower;
}

/** Never quotes the value, which may be a secret. */
function invalid(name: string): ReplyError {
  return new ReplyError("UND_ERR_INVALID_ARG", `The header ${JSON.stringify(name)} cannot be sent as it is.`);
}
