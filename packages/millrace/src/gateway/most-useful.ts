import type { Failure, FailureKind } from "../model/failure.ts";
import { failureOf } from "../wire/failure/kinds.ts";

/**
 * How much a failure tells the client, when every candidate failed in its own way: first what the
 * client can mend in its request, then what passes by waiting (it says for how long), then what the
 * operator must mend, last what says only that a server is ill.
 */
const USE: Record<FailureKind, number> = {
  bad_request: 4,
  context_overflow: 4,
  content_filter: 4,
  unsupported: 4,
  model_not_found: 4,
  rate_limit: 3,
  overloaded: 3,
  loading: 3,
  auth: 2,
  permission: 2,
  quota: 2,
  route_not_found: 2,
  timeout: 1,
  server: 1,
  truncated: 1,
  protocol: 1,
  connection: 0,
  cancelled: 0,
};

/** The most telling of several failures; of equally telling ones that which passes first, else the last. */
export function mostUseful(failures: readonly Failure[]): Failure {
  let best: Failure | undefined;
  for (const failure of failures) {
    if (best === undefined || USE[failure.kind] > USE[best.kind] || isAsUseful(failure, best)) best = failure;
  }
  return best ?? failureOf("server", "No target was tried.", { fault: "gateway" });
}

function isAsUseful(failure: Failure, best: Failure): boolean {
  if (USE[failure.kind] !== USE[best.kind]) return false;
  return (failure.retryAfterMs ?? 0) <= (best.retryAfterMs ?? Infinity);
}
