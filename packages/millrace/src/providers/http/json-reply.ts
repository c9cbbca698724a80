import type { JsonValue } from "../../model/json.ts";
import { findError } from "../../wire/failure/account.ts";
import { classify } from "../../wire/failure/classify.ts";
import { unwrapEnvelope } from "../../wire/failure/envelope.ts";
import { parseJson } from "../../wire/json/parse.ts";
import type { Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

/** A reply that is one JSON document. */
export interface JsonReply {
  /** Out of the envelope that some gateways put around it. */
  readonly value: JsonValue;
  /** Bytes that are exactly this document: the server's own wherever they are. */
  readonly bytes: Uint8Array;
  /** Something followed the document; it is left out of `bytes`. */
  readonly trailing: boolean;
}

/** Reads a reply whole. One that is no JSON, or that reports an error, is thrown as what it says. */
export async function readJson(
  upstream: Upstream,
  reply: UpstreamReply,
  { maxBytes, maxValueBytes }: { readonly maxBytes?: number; readonly maxValueBytes?: number } = {},
): Promise<JsonReply> {
  const bytes = await reply.bytes({ maxBytes: maxBytes ?? upstream.settings.limits.replyBodyBytes });
  return parseReply(upstream, reply, bytes, maxValueBytes);
}

/** Reads a reply whole that is an answer. */
export function readAnswer({ settings }: Upstream, reply: UpstreamReply): Promise<Uint8Array> {
  const { replyBodyBytes, assembledBytes } = settings.limits;
  return reply.bytes({ maxBytes: Math.min(replyBodyBytes, assembledBytes) });
}

/** Reads a reply whose size is that of its vectors. */
export function readVectors(upstream: Upstream, reply: UpstreamReply): Promise<JsonReply> {
  return readJson(upstream, reply, { maxValueBytes: upstream.settings.limits.vectorValueBytes });
}

/** What a reply's whole body says. */
export function parseReply(
  upstream: Upstream,
  reply: UpstreamReply,
  bytes: Uint8Array,
  maxValueBytes: number = upstream.settings.limits.documentValueBytes,
): JsonReply {
  const text = UTF8.decode(bytes);
  const parsed = parseJson(text, maxValueBytes);
  if (!parsed.ok || findError(parsed.value) !== undefined) {
    const { status, headers, requestId } = reply;
    const failure = classify({ status, headers, body: text, wallNowMs: upstream.clock.wallNow() });
    throw upstream.failures.error(failure, { requestId });
  }
  const { trailing } = parsed;
  const value = unwrapEnvelope(parsed.value);
  const isExact = value === parsed.value && !trailing && bytes[0] !== BYTE_ORDER_MARK;
  return { value, trailing, bytes: isExact ? bytes : new TextEncoder().encode(JSON.stringify(value)) };
}

const UTF8 = new TextDecoder();

/** The first byte of UTF-8's byte order mark, which no JSON begins with. */
const BYTE_ORDER_MARK = 0xef;
