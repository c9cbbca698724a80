import type { Failure, FailureKind } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { retryHeaders } from "../failure/retry-headers.ts";
import { numberOf } from "../json/read.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import type { EncodedError } from "../translation/codec.ts";

const TYPE_OF_KIND: Record<FailureKind, string> = {
  auth: "authentication_error",
  permission: "permission_error",
  quota: "billing_error",
  rate_limit: "rate_limit_error",
  overloaded: "overloaded_error",
  loading: "overloaded_error",
  context_overflow: "invalid_request_error",
  model_not_found: "not_found_error",
  route_not_found: "not_found_error",
  bad_request: "invalid_request_error",
  unsupported: "invalid_request_error",
  content_filter: "invalid_request_error",
  timeout: "timeout_error",
  connection: "api_error",
  truncated: "api_error",
  protocol: "api_error",
  server: "api_error",
  cancelled: "api_error",
};

/** A failure as the reply to a request. */
export function encodeMessagesError(failure: Failure): EncodedError {
  return { status: failure.status, headers: retryHeaders(failure), body: errorBody(failure) };
}

/** A failure as the last event of a stream. Clients raise it as what it says, whatever blocks are open. */
export function encodeMessagesErrorEvent(failure: Failure): string {
  return encodeSseEvent(JSON.stringify(errorBody(failure)), "error");
}

function errorBody(failure: Failure): JsonObject {
  const { code, param, details, upstream } = failure;
  return {
    type: "error",
    error: { type: typeOf(failure), message: wordingOf(failure), code, ...present({ param, details }) },
    ...present({ request_id: upstream?.requestId }),
  };
}

function typeOf({ kind, status }: Failure): string {
  return status === 413 ? "request_too_large" : TYPE_OF_KIND[kind];
}

/** By these words clients know that a conversation has to be made shorter, and by which of them how. */
const KNOWN_OVERFLOWS = /prompt is too long|exceed context limit: [\d,]+ \+ [\d,]+ > [\d,]+/iu;

/** The server's own words, which clients look for hints in; an overflow is told in those that they know. */
function wordingOf({ kind, message, details = {} }: Failure): string {
  if (kind !== "context_overflow" || KNOWN_OVERFLOWS.test(message)) return message;
  const prompt = numberOf(details["promptTokens"]);
  const window = numberOf(details["contextLength"]);
  const isTold = prompt !== undefined && window !== undefined && prompt > window;
  const told = isTold ? `prompt is too long: ${prompt} tokens > ${window} maximum` : "prompt is too long";
  return isTold ? `${told} (${message})` : `${told}: ${message}`;
}
