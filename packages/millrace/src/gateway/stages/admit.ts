import { failureOf } from "../../wire/failure/kinds.ts";
import type { Accepted, Admitted, Identified, Seated } from "../exchange.ts";
import { covers } from "../name-pattern.ts";
import { RefusalError } from "../refusal.ts";

/** What a client is told to wait for a place; requests end at any moment, so it is short. */
const RETRY_AFTER_MS = 1000;

/**
 * Whether there is room, before the body is read: bodies are what fills the memory.
 *
 * @throws {RefusalError} 503 while draining, 429 when every place is taken
 */
export function admitCaller(identified: Identified): Seated {
  const { gate, outlet, plan } = identified;
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
  if (seat === undefined) {
    throw new RefusalError(
      failureOf(
        "rate_limit",
        `The gateway is serving ${plan.maxInFlight} requests already, its limit. Try again shortly.`,
        {
          fault: "gateway",
          code: "too_many_in_flight",
          status: 429,
          retryAfterMs: RETRY_AFTER_MS,
        },
      ),
    );
  }
  // Before the last byte: a client that has the whole answer may be back at once, at another worker too.
  outlet.beforeClosing(() => gate.seats.giveBack());
  return { ...identified, seat };
}

/**
 * Whether the caller may use the model, by the name it asked for.
 *
 * @throws {RefusalError} 403
 */
export function admitModel(accepted: Accepted): Admitted {
  const { principal, facts } = accepted;
  if (!covers(principal.models, facts.model)) {
    throw new RefusalError(
      failureOf("permission", `The key ${principal.name} may not use the model ${facts.model}.`, {
        fault: "client",
        code: "model_not_allowed",
        status: 403,
        param: "model",
        retry: "never",
      }),
    );
  }
  return { ...accepted, visibleModels: principal.models };
}
