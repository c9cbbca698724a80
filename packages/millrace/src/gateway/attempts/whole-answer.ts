import { ProviderError } from "../../model/errors.ts";
import type { Attempted } from "../exchange.ts";
import { endAttempt, type Outcome } from "./one-attempt.ts";

/**
 * Reads an answer that goes out in one piece to its end. Until then nothing of it was sent, so the client has not seen
 * it fail, and another target may still answer.
 *
 * @throws {ProviderError} where the client has left
 */
export function wholeAnswer(attempted: Attempted): Outcome | Promise<Outcome> {
  const rest = attempted.relay.readRest();
  return rest === undefined ? attempted : readWhole(attempted, rest);
}

async function readWhole(attempted: Attempted, rest: Promise<void>): Promise<Outcome> {
  const { attempt, candidate, ports, relay, request } = attempted;
  try {
    await rest;
    return attempted;
  } catch (error) {
    relay.stop();
    if (!(error instanceof ProviderError) || request.signal.aborted) throw error;
    endAttempt(attempt, ports.clock.now(), error.failure);
    return { candidate, error };
  }
}
