import type { Failure, FailureKind } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { retryHeaders } from "../failure/retry-headers.ts";
import type { EncodedError } from "../translation/codec.ts";

/** Google's words for statuses. */
const STATUSES: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  402: "RESOURCE_EXHAUSTED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  501: "UNIMPLEMENTED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
  529: "UNAVAILABLE",
};

/**
 * Reasons that clients know. A quota that is used up has one that Gemini CLI takes for final; it would ask ten times
 * otherwise.
 */
const REASONS: Partial<Record<FailureKind, string>> = {
  auth: "API_KEY_INVALID",
  rate_limit: "RATE_LIMIT_EXCEEDED",
  quota: "MODEL_CAPACITY_EXHAUSTED",
};

const TYPES = "type.googleapis.com/google.rpc.";

/** A failure as clients of the dialect read it. */
export function encodeError(failure: Failure): EncodedError {
  return { status: failure.status, headers: retryHeaders(failure), body: errorBody(failure) };
}

/**
 * The same inside a stream of events whose head is out. It stands in no event, as the service itself does it: Google's
 * SDKs find an error only so.
 */
export function encodeErrorEvent(failure: Failure): string {
  return `${JSON.stringify(errorBody(failure))}\n`;
}

/** An error as the service words it; our own code is in the details. */
export function errorBody(failure: Failure): JsonObject {
  const { status, message } = failure;
  return { error: { code: status, message, status: wordOf(status), details: detailsOf(failure) } };
}

function wordOf(status: number): string {
  return STATUSES[status] ?? (status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT");
}

function detailsOf({ kind, code, param, message, retryAfterMs }: Failure): readonly JsonObject[] {
  const reason = REASONS[kind] ?? code.toUpperCase().replace(/[^A-Z0-9]+/gu, "_");
  const info = { "@type": `${TYPES}ErrorInfo`, reason, domain: "millrace", metadata: { code } };
  const violation = { "@type": `${TYPES}BadRequest`, fieldViolations: [{ field: param ?? "", description: message }] };
  return [
    info,
    ...(param === undefined ? [] : [violation]),
    ...(retryAfterMs === undefined ? [] : [{ "@type": `${TYPES}RetryInfo`, retryDelay: `${retryAfterMs / 1000}s` }]),
  ];
}
