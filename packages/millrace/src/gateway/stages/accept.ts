import { failureOf } from "../../wire/failure/kinds.ts";
import { VIA_HEADER } from "../../wire/via/marks.ts";
import { LargeRequestBody, readRequestBody } from "../large-body.ts";
import type { Accepted, Announced, Exchange, Seated } from "../exchange.ts";
import { factsOf } from "../facts.ts";
import { continuedBody } from "../kept-responses.ts";
import { loopFailure, marksOf } from "../loop.ts";
import { RefusalError } from "../refusal.ts";
import { reshapedBody } from "../reshaped-body.ts";
import { OWN_FIELD, withoutOwnField } from "../own-field.ts";

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/**
 * Looks at the request's head, before a byte of the body is read.
 *
 * @throws {RefusalError} 508 for a request that was here before, 413 for an announced body over the limit, 415 for one
 * we cannot read
 */
export function acceptHead(exchange: Exchange): Announced {
  const { headers } = exchange.request;
  const loop = loopFailure(headers[VIA_HEADER], exchange.ports.ids.gatewayId);
  if (loop !== undefined) throw new RefusalError(loop);
  const encoding = headerOf(headers["content-encoding"]).toLowerCase();
  if (encoding !== "" && encoding !== "identity") {
    throw unreadable(
      "content-encoding",
      `The body is encoded as ${quoted(encoding)}. Send it without content-encoding.`,
    );
  }
  const contentType = headerOf(headers["content-type"]);
  const charset = contentType.includes(";") ? CHARSET.exec(contentType)?.[1] : undefined;
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw unreadable("content-type", `The body's charset is ${quoted(charset)}. JSON is sent as UTF-8.`);
  }
  const announced = headerOf(headers["content-length"]);
  const announcedBytes = announced === "" ? undefined : Number(announced);
  const maxBytes = exchange.plan.limits.requestBodyBytes;
  if (announcedBytes !== undefined && announcedBytes > maxBytes) throw bodyTooLarge(maxBytes, announcedBytes);
  const via = marksOf(headers[VIA_HEADER]);
  return { ...exchange, announcedBytes, via };
}

/**
 * Reads the body under the limit, parses it once, and finds what routing needs.
 *
 * @throws {RefusalError} 400 for what is not JSON or not of the dialect, 413 over the limit
 */
export async function acceptBody(seated: Seated): Promise<Accepted> {
  const { draft, request, plan, dialect, operation } = seated;
  const maxBytes = plan.limits.requestBodyBytes;
  const bytes = await request.readBody(maxBytes);
  draft.requestBytes = bytes.length;
  const read = readRequestBody(bytes, { maxBytes, signal: request.signal });
  const body = continuedBody(seated, reshapedBody(operation, read instanceof Promise ? await read : read));
  const isLarge = body instanceof LargeRequestBody;
  const wrong = isLarge ? await body.large.inTurns(dialect.checkInSteps(body.outline)) : dialect.check(body.outline);
  if (wrong !== undefined) throw new RefusalError(wrong);
  const facts = factsOf(body.outline, request, seated);
  draft.facts = facts;
  return { ...seated, body: isLarge ? (await body.cleaned()).without(OWN_FIELD) : withoutOwnField(body), facts };
}

/** Over the limit, whether announced or found while reading. */
function bodyTooLarge(maxBytes: number, bytes: number): RefusalError {
  return new RefusalError(
    failureOf("bad_request", `The body has ${bytes} bytes; this gateway takes at most ${maxBytes}.`, {
      fault: "client",
      code: "body_too_large",
      status: 413,
      details: { limitBytes: maxBytes },
    }),
  );
}

function unreadable(header: string, message: string): RefusalError {
  return new RefusalError(
    failureOf("bad_request", message, { fault: "client", code: "unsupported_media_type", status: 415, param: header }),
  );
}

function headerOf(value: string | readonly string[] | undefined): string {
  return (typeof value === "string" ? value : (value?.[0] ?? "")).trim();
}

function quoted(word: string): string {
  return `"${word.slice(0, 40)}"`;
}
