import type { FieldLines } from "./field-lines.ts";
import { malformed } from "./reply-error.ts";

/** How the end of a body is known. */
export type Framing = "none" | "length" | "chunked" | "until-close";

export interface ReplyHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly framing: Framing;
  /** Of the body, where the framing is by length. */
  readonly length: number;
  /** Whether the connection may carry another request behind this reply. */
  readonly keepsConnection: boolean;
}

/** "HTTP/1.1 200", and a reason phrase that nobody needs. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/s;
const LENGTH = /^\d{1,16}$/;

/** @throws {ReplyError} where the end of the body would be a matter of opinion */
export function replyHeadOf({ statusLine, fields }: FieldLines): ReplyHead {
  const line = STATUS_LINE.exec(statusLine);
  if (line === null) throw malformed("no status line of HTTP/1.0 or HTTP/1.1");
  const status = Number(line[2]);
  // The other protocol would follow; it was never asked for.
  if (status === 101) throw malformed("another protocol than was asked for");
  const coding = fields["transfer-encoding"];
  const stated = fields["content-length"];
  if (status < 200) return { status, headers: fields, framing: "none", length: 0, keepsConnection: true };
  const keeps = keepsConnection(fields["connection"], line[1] === "1");
  if (status === 204 || status === 304) {
    // What such a reply announces may come nevertheless, and would be taken for the next reply.
    const announces = coding !== undefined || (stated !== undefined && stated !== "0");
    return { status, headers: fields, framing: "none", length: 0, keepsConnection: keeps && !announces };
  }
  if (coding !== undefined) {
    if (stated !== undefined) throw malformed("both a content-length and a transfer-encoding");
    if (coding.toLowerCase() !== "chunked") throw malformed("a transfer-encoding that is not chunked");
    return { status, headers: fields, framing: "chunked", length: 0, keepsConnection: keeps };
  }
  if (stated === undefined)
    return { status, headers: fields, framing: "until-close", length: 0, keepsConnection: false };
  const length = LENGTH.test(stated) ? Number(stated) : Number.NaN;
  if (!Number.isSafeInteger(length)) throw malformed("no valid content-length");
  return { status, headers: fields, framing: length === 0 ? "none" : "length", length, keepsConnection: keeps };
}

function keepsConnection(connection: string | undefined, isHttp11: boolean): boolean {
  if (connection === undefined) return isHttp11;
  const options = connection.toLowerCase();
  if (options === "keep-alive") return true;
  const all = options.split(",").map((option) => option.trim());
  return !all.includes("close") && (isHttp11 || all.includes("keep-alive"));
}
