import type { JsonObject, JsonValue } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { isObject } from "../../wire/json/read.ts";
import { readDocument } from "../client-body.ts";
import type { Accepted, Announced, Exchange, Facts, Seated } from "../exchange.ts";
import { RefusalError } from "../refusal.ts";
import { sessionKeyOf } from "../session-key.ts";

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** A model's name stands in headers, logs and the record ring, so it must not be a whole document. */
const MODEL_CHARS_MAX = 512;

/**
 * Looks at the request's head, before a byte of the body is read.
 *
 * @throws {RefusalError} 413 for an announced body over the limit, 415 for one we cannot read
 */
export function acceptHead(exchange: Exchange): Announced {
  const { headers } = exchange.request;
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
  return { ...exchange, announcedBytes };
}

/**
 * Reads the body under the limit, parses it once, and finds what routing needs.
 *
 * @throws {RefusalError} 400 for what is not JSON or not of the dialect, 413 over the limit
 */
export async function acceptBody(seated: Seated): Promise<Accepted> {
  const { draft, request, plan, dialect } = seated;
  const bytes = await request.readBody(plan.limits.requestBodyBytes);
  draft.requestBytes = bytes.length;
  const body = readDocument(bytes);
  const wrong = dialect.check(body.outline);
  if (wrong !== undefined) throw new RefusalError(wrong);
  const facts = factsOf(body.outline, seated);
  draft.facts = facts;
  return { ...seated, body, facts };
}

function factsOf(json: JsonObject, { request }: Exchange): Facts {
  const options = json["stream_options"];
  return {
    model: modelIn(json["model"]),
    stream: json["stream"] === true,
    wantsUsage: isObject(options) && options["include_usage"] === true,
    sessionKey: sessionKeyOf(request, json),
  };
}

function modelIn(model: JsonValue | undefined): string {
  if (typeof model !== "string" || model.trim() === "") {
    throw badModel("`model` is missing. Name the model that is to answer; GET /v1/models lists them.");
  }
  if (model.length > MODEL_CHARS_MAX) {
    throw badModel(`\`model\` has ${model.length} characters; a model's name has at most ${MODEL_CHARS_MAX}.`);
  }
  if (/[\p{Control}\p{Surrogate}]/u.test(model)) {
    throw badModel("`model` holds a control character. Send the name as GET /v1/models lists it.");
  }
  return model;
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

function badModel(message: string): RefusalError {
  return new RefusalError(failureOf("bad_request", message, { fault: "client", param: "model" }));
}

function headerOf(value: string | readonly string[] | undefined): string {
  return (typeof value === "string" ? value : (value?.[0] ?? "")).trim();
}

function quoted(word: string): string {
  return `"${word.slice(0, 40)}"`;
}
