import type { Failure, FailureKind } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { encodeOpenAIError } from "../failure/openai-error.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import type { EncodedError } from "../translation/codec.ts";

/** OpenAI's own codes, where it has one for the kind. A narrower word of ours stays. */
const HTTP_CODES: Partial<Record<FailureKind, string>> = {
  context_overflow: "context_length_exceeded",
  rate_limit: "rate_limit_exceeded",
  quota: "insufficient_quota",
  // With 503, Codex says that the model is at capacity, and stops.
  overloaded: "server_is_overloaded",
};

/** A failure as the reply to a request. */
export function encodeResponsesError(failure: Failure): EncodedError {
  const { kind, code } = failure;
  return encodeOpenAIError(code === kind ? { ...failure, code: HTTP_CODES[kind] ?? code } : failure);
}

/**
 * What Codex does after `response.failed` depends on `error.code` alone. It gives up at once on
 * `context_length_exceeded` (and compacts the conversation), `insufficient_quota`, `usage_not_included`,
 * `invalid_prompt` and `cyber_policy` (whose message it shows), and `server_is_overloaded` or `slow_down`. Anything
 * else it asks again, several times; after `rate_limit_exceeded` it waits as long as the words "try again in 3s" in
 * the message say. So what no repeat can mend is an `invalid_prompt`, and what one may is a `server_error`.
 */
const STREAM_CODES: Record<FailureKind, string> = {
  context_overflow: "context_length_exceeded",
  rate_limit: "rate_limit_exceeded",
  quota: "insufficient_quota",
  overloaded: "server_is_overloaded",
  auth: "invalid_prompt",
  permission: "invalid_prompt",
  model_not_found: "invalid_prompt",
  route_not_found: "invalid_prompt",
  bad_request: "invalid_prompt",
  unsupported: "invalid_prompt",
  content_filter: "invalid_prompt",
  cancelled: "invalid_prompt",
  loading: "server_error",
  timeout: "server_error",
  connection: "server_error",
  truncated: "server_error",
  protocol: "server_error",
  server: "server_error",
};

/** Words of a server of this dialect that clients know. */
const KNOWN_CODES: ReadonlySet<string | number | undefined> = new Set([
  ...Object.values(STREAM_CODES),
  "usage_not_included",
  "cyber_policy",
  "slow_down",
]);

/** The `error` of a response that failed. */
export function failedError(failure: Failure): { readonly code: string; readonly message: string } {
  const { kind, message, retryAfterMs, upstream } = failure;
  const code = KNOWN_CODES.has(upstream?.code) ? String(upstream?.code) : STREAM_CODES[kind];
  const says = /try again in/iu.test(message);
  if (code !== "rate_limit_exceeded" || retryAfterMs === undefined || says) return { code, message };
  return {
    code,
    message: `${message}${/[.!?]$/u.test(message) ? "" : "."} Please try again in ${retryAfterMs / 1000}s.`,
  };
}

/**
 * The `error` event, as OpenAI sends it before `response.failed`: SDKs raise it. The fields stand in it twice, as the
 * service sends them and as its documentation has them.
 */
export function errorFields(failure: Failure): JsonObject {
  const { error } = encodeResponsesError(failure).body;
  const { code, message } = failedError(failure);
  const param = failure.param ?? null;
  return { code, message, param, error: { ...(error as JsonObject), code, message } };
}

/** A failure as the last events of a stream of which nothing else is known. */
export function encodeResponsesErrorEvent(failure: Failure): string {
  const response = { object: "response", status: "failed", error: failedError(failure), output: [], usage: null };
  return (
    writeEvent("error", { sequence_number: 0, ...errorFields(failure) }) +
    writeEvent("response.failed", { sequence_number: 1, response })
  );
}

/** An event of this dialect: its name stands both before and in its data. */
export function writeEvent(type: string, fields: JsonObject): string {
  return encodeSseEvent(JSON.stringify({ type, ...fields }), type);
}
