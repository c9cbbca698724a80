import type { Failure, FailureKind, Fault, Retry } from "../../model/failure.ts";

/** Statuses from the first to the last, both included. */
type StatusRange = readonly [first: number, last: number];

/** What is true of a failure of this kind when nothing more is known. */
interface KindDefaults {
  readonly fault: Fault;
  readonly retry: Retry;
  /** What a caller sees when the upstream's own status does not fit the kind. */
  readonly status: number;
  /** The upstream statuses that fit the kind, and so reach the caller as they are. */
  readonly keeps: readonly StatusRange[];
}

/**
 * `auth`, `permission` and `quota` are about the account this gateway or program holds at the upstream, so
 * neither the caller nor the upstream is to blame, and another target may well answer. A request that
 * does not fit one model (`context_overflow`, `unsupported`) may fit the next.
 */
const KINDS: Record<FailureKind, KindDefaults> = {
  auth: {
    fault: "gateway",
    retry: "elsewhere",
    status: 401,
    keeps: [
      [401, 401],
      [403, 403],
    ],
  },
  permission: {
    fault: "gateway",
    retry: "elsewhere",
    status: 403,
    keeps: [
      [403, 403],
      [451, 451],
    ],
  },
  quota: {
    fault: "gateway",
    retry: "elsewhere",
    status: 402,
    keeps: [
      [402, 403],
      [429, 429],
    ],
  },
  rate_limit: { fault: "upstream", retry: "same", status: 429, keeps: [[429, 429]] },
  overloaded: {
    fault: "upstream",
    retry: "same",
    status: 503,
    keeps: [
      [409, 409],
      [425, 425],
      [429, 429],
      [502, 503],
      [529, 529],
    ],
  },
  loading: { fault: "upstream", retry: "same", status: 503, keeps: [[503, 503]] },
  context_overflow: {
    fault: "client",
    retry: "elsewhere",
    status: 400,
    keeps: [
      [400, 400],
      [413, 413],
      [422, 422],
    ],
  },
  model_not_found: {
    fault: "client",
    retry: "elsewhere",
    status: 404,
    keeps: [
      [404, 404],
      [410, 410],
    ],
  },
  route_not_found: { fault: "gateway", retry: "elsewhere", status: 404, keeps: [[404, 405]] },
  bad_request: {
    fault: "client",
    retry: "never",
    status: 400,
    keeps: [
      [400, 400],
      [405, 406],
      [411, 417],
      [422, 422],
      [426, 431],
    ],
  },
  unsupported: {
    fault: "client",
    retry: "elsewhere",
    status: 400,
    keeps: [
      [400, 400],
      [404, 405],
      [415, 415],
      [422, 422],
      [501, 501],
    ],
  },
  content_filter: {
    fault: "client",
    retry: "never",
    status: 400,
    keeps: [
      [400, 400],
      [403, 403],
      [422, 422],
    ],
  },
  timeout: {
    fault: "upstream",
    retry: "same",
    status: 504,
    keeps: [
      [408, 408],
      [504, 504],
      [522, 524],
    ],
  },
  connection: { fault: "upstream", retry: "same", status: 502, keeps: [] },
  truncated: { fault: "upstream", retry: "same", status: 502, keeps: [] },
  protocol: { fault: "upstream", retry: "elsewhere", status: 502, keeps: [[508, 508]] },
  server: { fault: "upstream", retry: "same", status: 502, keeps: [[500, 599]] },
  cancelled: { fault: "client", retry: "never", status: 499, keeps: [[499, 499]] },
};

/**
 * A failure of this kind, complete: what `more` does not say comes from the one table of kinds. The
 * code is the kind, unless `more` has a narrower word.
 */
export function failureOf(
  kind: FailureKind,
  message: string,
  more: Partial<Omit<Failure, "kind" | "message">> = {},
): Failure {
  const { fault, retry, status } = KINDS[kind];
  return { kind, fault, code: kind, message, retry, status, ...more };
}

/** The status a caller should see: the upstream's own where it fits the kind, else the kind's. */
export function callerStatus(kind: FailureKind, upstreamStatus: number | undefined): number {
  const { keeps, status } = KINDS[kind];
  if (upstreamStatus === undefined) return status;
  return keeps.some(([first, last]) => first <= upstreamStatus && upstreamStatus <= last) ? upstreamStatus : status;
}
