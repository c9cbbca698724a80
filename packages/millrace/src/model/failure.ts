import type { JsonValue } from "./json.ts";

/** What went wrong, in one vocabulary for every server. */
export type FailureKind =
  | "auth"
  | "permission"
  | "quota"
  | "rate_limit"
  | "overloaded"
  | "loading"
  | "context_overflow"
  | "model_not_found"
  | "route_not_found"
  | "bad_request"
  | "unsupported"
  | "content_filter"
  | "timeout"
  | "connection"
  | "truncated"
  | "protocol"
  | "server"
  | "cancelled";

/** Whose fault it is: the caller's request, this gateway or library, or the model server. */
export type Fault = "client" | "gateway" | "upstream";

/**
 * What may help: nothing, the same target again (after `retryAfterMs` where given), or another
 * target. `same` implies that another target may help too.
 */
export type Retry = "never" | "same" | "elsewhere";

/** The four clocks of a call; a `timeout` says which one ran out. */
export type TimeoutPhase = "connect" | "first_byte" | "first_content" | "idle";

/** The upstream's own account of the failure, untranslated. */
export interface UpstreamAccount {
  readonly status?: number;
  readonly code?: string | number;
  readonly type?: string;
  readonly param?: string;
  readonly message?: string;
  readonly requestId?: string;
  /** What its headers said of its rate limits, by lower-case name. */
  readonly rateLimits?: Readonly<Record<string, string>>;
  /** What a proxy upstream reported about *its* upstream. */
  readonly nested?: string;
}

/** Everything known about why a call failed. Plain data: safe to log, store and send. */
export interface Failure {
  readonly kind: FailureKind;
  readonly fault: Fault;
  /** Stable and machine-readable: the kind, or a narrower word such as `body_too_large`. */
  readonly code: string;
  /** What happened, to whom, and what to do. Never holds a credential. */
  readonly message: string;
  readonly retry: Retry;
  /** The HTTP status a caller should see. */
  readonly status: number;
  /** How long to wait before trying again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Which field of the request is at fault, where known. */
  readonly param?: string;
  readonly timeoutPhase?: TimeoutPhase;
  /** Content had already been received when it happened. */
  readonly partial?: boolean;
  readonly upstream?: UpstreamAccount;
  /** Facts a program may use: token counts of an overflow, candidates of an ambiguous name. */
  readonly details?: { readonly [key: string]: JsonValue };
}
