import type { Failure, FailureKind } from "../../model/failure.ts";

/**
 * What a failure says something about:
 *
 * - `provider`: the server cannot be reached, whatever the model.
 * - `target`: the server answers for this model with errors, or not in time.
 * - `credential`: the key that was sent is refused or has no money left.
 * - `credential-for-model`: that key may not have this model, or has had enough of it for now.
 * - `model`: the server does not have the model.
 * - `loading`: the server is not ready yet, which is no failing.
 * - `none`: the request, which may be as wrong at the best of targets.
 */
export type FailureScope = "provider" | "target" | "credential" | "credential-for-model" | "model" | "loading" | "none";

const SCOPES: Record<FailureKind, FailureScope> = {
  auth: "credential",
  permission: "credential-for-model",
  quota: "credential",
  rate_limit: "credential-for-model",
  overloaded: "target",
  loading: "loading",
  context_overflow: "none",
  model_not_found: "model",
  route_not_found: "none",
  bad_request: "none",
  unsupported: "none",
  content_filter: "none",
  timeout: "target",
  connection: "provider",
  truncated: "target",
  protocol: "target",
  server: "target",
  cancelled: "none",
};

/** The three failures of an account are the gateway's fault too, and no others of its faults say anything of a target. */
const ACCOUNT: ReadonlySet<FailureKind> = new Set<FailureKind>(["auth", "permission", "quota"]);

export function scopeOf({ kind, fault, timeoutPhase }: Failure): FailureScope {
  if (fault === "gateway" && !ACCOUNT.has(kind)) return "none";
  return timeoutPhase === "connect" ? "provider" : SCOPES[kind];
}

/** Whether the server must have been there to fail like this. */
export function showsPresence({ kind, timeoutPhase, upstream }: Failure): boolean {
  if (upstream?.status !== undefined || timeoutPhase === "idle") return true;
  return kind === "protocol" || kind === "truncated";
}
