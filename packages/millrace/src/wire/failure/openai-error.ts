import type { Failure, FailureKind, UpstreamAccount } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import { present } from "./present.ts";
import { retryHeaders } from "./retry-headers.ts";

/** An error as an HTTP reply in the shape that OpenAI's dialects share. */
export interface OpenAIErrorReply {
  readonly status: number;
  /** Hints on whether and when to try again; lower-case names. */
  readonly headers: Record<string, string>;
  readonly body: JsonObject;
}

/** OpenAI's `type` where the status alone says too little. */
const TYPE_OF_KIND: Partial<Record<FailureKind, string>> = {
  quota: "insufficient_quota",
};

const TYPE_OF_STATUS: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "insufficient_quota",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  409: "conflict_error",
  429: "rate_limit_error",
};

/**
 * A failure as clients of OpenAI's dialects read it. `code` is our own stable word; what an upstream
 * said about itself stands beside it, in `error.upstream`.
 */
export function encodeOpenAIError(failure: Failure): OpenAIErrorReply {
  return { status: failure.status, headers: retryHeaders(failure), body: errorBody(failure) };
}

/** The same error inside a stream, where the status has gone out already. It is the stream's last event. */
export function encodeOpenAIErrorEvent(failure: Failure): string {
  return encodeSseEvent(JSON.stringify(errorBody(failure)));
}

function errorBody(failure: Failure): JsonObject {
  const { message, code, param, upstream, details } = failure;
  const more = present({ details, upstream: upstream === undefined ? undefined : upstreamFields(upstream) });
  return { error: { message, type: typeOf(failure), code, param: param ?? null, ...more } };
}

function typeOf({ kind, status }: Failure): string {
  const known = TYPE_OF_KIND[kind] ?? TYPE_OF_STATUS[status];
  return known ?? (status >= 500 ? "server_error" : "invalid_request_error");
}

function upstreamFields(account: UpstreamAccount): JsonObject {
  // Limits go out as the headers they came as.
  const { requestId, rateLimits: _limits, ...rest } = account;
  return present({ ...rest, request_id: requestId });
}
