import type { Flaw } from "../wire/json/parse.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import type { Unreadable } from "../wire/json/unreadable.ts";
import { RefusalError } from "./refusal.ts";

/** What a client is told of a body that cannot be read. */

export function emptyBody(): RefusalError {
  return badRequest("empty_body", "The request has no body. Send a JSON object.");
}

export function flawedJson({ message, line, column }: Flaw): RefusalError {
  return badRequest("invalid_json", `The body is not valid JSON: ${message} (line ${line}, column ${column}).`);
}

export function trailingJson(): RefusalError {
  return badRequest("invalid_json", "The body holds more than one JSON value. Send one object.");
}

export function noObject(): RefusalError {
  return badRequest("invalid_json", "The body is not a JSON object.");
}

export function invalidUtf8(cause?: unknown): RefusalError {
  const message = "The body is not valid UTF-8. JSON is sent as UTF-8.";
  return new RefusalError(failureOf("bad_request", message, { fault: "client", code: "invalid_utf8" }), { cause });
}

const TOO_COMPLEX: Readonly<Record<Exclude<Unreadable, "malformed">, string>> = {
  "too-deep": "a large value in it is nested in more than 64 others, or a number in it has no end",
  "too-many-values": "it holds too many values for its size to be read safely",
  "too-many-fields": "an object in it has more fields than this gateway reads",
};

/** It may well be JSON, but reading it would hold up everybody else. */
export function tooComplex(why: Exclude<Unreadable, "malformed">): RefusalError {
  return badRequest("body_too_complex", `The body is too complex: ${TOO_COMPLEX[why]}.`);
}

function badRequest(code: string, message: string): RefusalError {
  return new RefusalError(failureOf("bad_request", message, { fault: "client", code }));
}
