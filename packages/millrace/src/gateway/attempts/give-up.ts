import { providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { comeBackAfter } from "../come-back.ts";
import { type Routed, targetName } from "../exchange.ts";
import { mostUseful } from "../most-useful.ts";
import { RefusalError } from "../refusal.ts";
import type { Failed } from "./one-attempt.ts";

/**
 * Nobody is left to ask. A client that comes back at once would only add to what is going on, so it is told when.
 *
 * @throws {ProviderError} the most telling of what was said
 * @throws {RefusalError} where nobody could be asked
 */
export function giveUp(routed: Routed, failed: readonly Failed[]): never {
  const { draft } = routed;
  if (failed.length === 0) throw new RefusalError(nobodyLeft(routed));
  const failure = mostUseful(failed.map(({ error }) => error.failure));
  if (failed.length > 1) draft.gaveUpOn = failure;
  if (failed.length === 1 || failure.fault === "client" || failure.retryAfterMs !== undefined)
    throw providerError(failure);
  throw providerError({ ...failure, retryAfterMs: comeBackMs(routed) });
}

/** Every candidate was closed between its choice and its call. */
function nobodyLeft(routed: Routed): Failure {
  const { candidates, facts, live } = routed;
  const reasons = candidates.map((candidate) => {
    const { closed } = live.fleet.view(candidate);
    return `${targetName(candidate)} (${closed?.reason ?? "taken by another request"})`;
  });
  return failureOf("overloaded", `No target of ${facts.model} can be asked right now: ${reasons.join(", ")}.`, {
    fault: "gateway",
    code: "no_target_available",
    retryAfterMs: comeBackMs(routed),
  });
}

/** When the first of the candidates may be asked again. */
function comeBackMs({ candidates, live, ports }: Routed): number {
  const nowMs = ports.clock.now();
  const waits = candidates.map((candidate) => waitMs(live.fleet.view(candidate).closed?.untilMs, nowMs));
  return comeBackAfter(Math.min(...waits));
}

function waitMs(untilMs: number | undefined, nowMs: number): number {
  return untilMs === undefined ? 0 : untilMs - nowMs;
}
