import { failureOf } from "../wire/failure/kinds.ts";
import type { Exchange } from "./exchange.ts";
import { RefusalError } from "./refusal.ts";

/** What a client is told to wait for a place; requests end at any moment, so it is short. */
const RETRY_AFTER_MS = 1000;

/**
 * Gives how many seats are taken with this one.
 *
 * @throws {RefusalError} 503 while draining, 429 when every place is taken
 */
export function takeSeat({ gate, plan }: Pick<Exchange, "gate" | "plan">): number {
  if (gate.draining) {
    throw new RefusalError(
      failureOf("overloaded", "The gateway is shutting down and takes no new requests. Try again shortly.", {
        fault: "gateway",
        code: "draining",
        status: 503,
        retryAfterMs: RETRY_AFTER_MS,
      }),
    );
  }
  const seat = gate.seats.take(plan.maxInFlight);
  if (seat !== undefined) return seat;
  const message = `The gateway is serving ${plan.maxInFlight} requests already, its limit. Try again shortly.`;
  throw new RefusalError(
    failureOf("rate_limit", message, {
      fault: "gateway",
      code: "too_many_in_flight",
      status: 429,
      retryAfterMs: RETRY_AFTER_MS,
    }),
  );
}
