import type { FailureKind, Fault } from "../../model/failure.ts";

/** What a status says when nothing else does. */
export interface StatusMeaning {
  readonly kind: FailureKind;
  /** A narrower word than the kind. */
  readonly code?: string;
  /** Whose fault it is, where it is not that of the kind. */
  readonly fault?: Fault;
}

const MEANINGS: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [401, { kind: "auth" }],
  [402, { kind: "quota" }],
  [403, { kind: "permission" }],
  [404, { kind: "route_not_found" }],
  [405, { kind: "route_not_found", code: "method_not_allowed" }],
  [407, { kind: "auth", code: "proxy_authentication_required" }],
  [408, { kind: "timeout" }],
  // A lock that somebody else holds for now.
  [409, { kind: "overloaded", code: "conflict" }],
  [410, { kind: "model_not_found", code: "gone" }],
  // TGI: generation failed. Not the request's fault.
  [412, { kind: "server" }],
  [413, { kind: "bad_request", code: "body_too_large" }],
  [415, { kind: "bad_request", code: "unsupported_media_type" }],
  [421, { kind: "server" }],
  [423, { kind: "overloaded", code: "locked" }],
  [424, { kind: "server" }],
  [425, { kind: "overloaded", code: "too_early" }],
  [429, { kind: "rate_limit" }],
  [451, { kind: "permission" }],
  // Groq: no flex capacity.
  [498, { kind: "overloaded" }],
  // Ollama, Groq, nginx: the connection to them was closed.
  [499, { kind: "cancelled" }],
  [501, { kind: "unsupported" }],
  [503, { kind: "overloaded" }],
  [504, { kind: "timeout" }],
  // Cloudflare's two timeouts towards the origin.
  [522, { kind: "timeout" }],
  [524, { kind: "timeout" }],
  [529, { kind: "overloaded" }],
]);

/** Statuses that mean one thing everywhere, so that no message can say otherwise. */
const DECISIVE: ReadonlySet<number> = new Set([401, 402, 407, 499]);

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [402, "Payment Required"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [408, "Request Timeout"],
  [409, "Conflict"],
  [410, "Gone"],
  [413, "Content Too Large"],
  [415, "Unsupported Media Type"],
  [422, "Unprocessable Content"],
  [425, "Too Early"],
  [429, "Too Many Requests"],
  [498, "no capacity"],
  [499, "Client Closed Request"],
  [500, "Internal Server Error"],
  [501, "Not Implemented"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
  [508, "Loop Detected"],
  [520, "unknown error of the origin"],
  [521, "origin is down"],
  [522, "connection to the origin timed out"],
  [523, "origin is unreachable"],
  [524, "origin timed out"],
  [525, "TLS handshake with the origin failed"],
  [526, "invalid certificate of the origin"],
  [529, "overloaded"],
]);

/** Whether this is an HTTP status that says failure. */
export function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599;
}

/** What the status means by itself. Statuses nobody knows are the request's fault below 500. */
export function meaningOfStatus(status: number): StatusMeaning {
  return MEANINGS.get(status) ?? { kind: status >= 500 ? "server" : "bad_request" };
}

/** What the status means, if nothing in the body could change that. */
export function decisiveMeaning(status: number): StatusMeaning | undefined {
  return DECISIVE.has(status) ? MEANINGS.get(status) : undefined;
}

/** The status with its name, such as `502 Bad Gateway`. */
export function namedStatus(status: number): string {
  const reason = REASONS.get(status);
  return reason === undefined ? String(status) : `${status} ${reason}`;
}
