import { chunk, LAST_CHUNK } from "../scripted-upstream/reply-bytes.ts";
import type { Script } from "../scripted-upstream/scripted-upstream.ts";
import { headerOf, isEventStream, type RecordedReply } from "./recorded-reply.ts";

/**
 * How a recorded reply is sent again:
 *
 * - `as recorded`: the bytes of the wire where they are known, else one chunk per event, or a body with its length;
 * - `byte by byte`: each byte of the body in a chunk of its own, so that nothing on the way can join them;
 * - `CRLF`: as recorded, with the line ends that some servers use; for event streams only.
 */
export type ReplayForm = "as recorded" | "byte by byte" | "CRLF";

export interface Replay {
  readonly form: ReplayForm;
  /** Exactly what goes over the wire. */
  readonly bytes: Buffer;
  /** For the scripted upstream: sends the bytes, and closes where only that ends the reply. */
  readonly script: Script;
}

/** Every form a recorded reply can be replayed in; all of them say the same. */
export function* replaysOf(reply: RecordedReply): Generator<Replay, void> {
  const body = Buffer.from(reply.body);
  yield replay("as recorded", reply, asRecorded(reply, body));
  yield replay("byte by byte", reply, framed(reply, bytesOf(body)));
  if (isEventStream(reply) && headerOf(reply, "content-encoding") === undefined) {
    yield replay("CRLF", reply, framed(reply, events(withCrlf(body))));
  }
}

function replay(form: ReplayForm, reply: RecordedReply, bytes: Buffer): Replay {
  const closes = form === "as recorded" && reply.wire !== undefined ? !hasLength(reply) : false;
  const asksToClose = headerOf(reply, "connection")?.toLowerCase() === "close";
  return {
    form,
    bytes,
    script: async (exchange) => {
      await exchange.send(bytes);
      if (closes || asksToClose) exchange.close();
    },
  };
}

function hasLength(reply: RecordedReply): boolean {
  const chunked = headerOf(reply, "transfer-encoding")?.toLowerCase().includes("chunked") ?? false;
  return chunked || headerOf(reply, "content-length") !== undefined || reply.status === 204 || reply.status === 304;
}

function asRecorded(reply: RecordedReply, body: Buffer): Buffer {
  if (reply.wire !== undefined) return Buffer.from(reply.wire);
  if (isEventStream(reply)) return framed(reply, events(body));
  return Buffer.concat([headOf(reply, `content-length: ${body.length}`), body]);
}

/** The reply in the chunked coding, cut as given. */
function framed(reply: RecordedReply, pieces: Iterable<Buffer>): Buffer {
  const chunks = Array.from(pieces).filter(({ length }) => length > 0);
  return Buffer.concat([headOf(reply, "transfer-encoding: chunked"), ...chunks.map(chunk), Buffer.from(LAST_CHUNK)]);
}

/** What the framing replaces. */
const FRAMING_HEADERS: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

function headOf({ status, reason, headers }: RecordedReply, framing: string): Buffer {
  const kept = headers.filter(([name]) => !FRAMING_HEADERS.has(name.toLowerCase()));
  const lines = [...kept.map(([name, value]) => `${name}: ${value}`), framing];
  return Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

/** Cut behind every blank line. */
function* events(body: Buffer): Generator<Buffer, void> {
  let start = 0;
  for (const { index, 0: blank } of body.toString("latin1").matchAll(/(?:\r\n|\r(?!\n)|\n){2}/g)) {
    yield body.subarray(start, index + blank.length);
    start = index + blank.length;
  }
  yield body.subarray(start);
}

function bytesOf(body: Buffer): Buffer[] {
  return Array.from(body, (_, at) => body.subarray(at, at + 1));
}

function withCrlf(body: Buffer): Buffer {
  return Buffer.from(body.toString("latin1").replace(/\r\n|\r|\n/g, "\r\n"), "latin1");
}
