import { ProviderError } from "../../model/errors.ts";
import { pause } from "./pause.ts";
import { isStarting, START_WAIT, untilLoaded } from "./until-loaded.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Where the server says nothing of when to come again: doubled with each attempt, up to the cap. */
const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
/** A server that wants to be left alone for longer than this gets its way: the caller decides. */
const MAX_WAIT_MS = 60_000;

/**
 * Runs a call, and again after failures that may pass, as often as the provider's `retries` allow. Only for
 * calls of which nothing has been given to anybody. A server that is starting is waited for.
 */
export async function withRetries<T>(upstream: Upstream, context: CallContext, run: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await run();
    } catch (error) {
      if (retry >= upstream.settings.retries || !(error instanceof ProviderError) || !error.retryable) throw error;
      if (isStarting(upstream, error)) await untilLoaded(upstream, error, START_WAIT, context);
      else await pause(upstream, delayAfter(error, retry), context);
    }
  }
}

/** @throws {ProviderError} the failure itself, where the server wants to be left alone for too long */
function delayAfter(error: ProviderError, retry: number): number {
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined && retryAfterMs > MAX_WAIT_MS) throw error;
  if (retryAfterMs !== undefined) return retryAfterMs;
  // Up to a quarter less, so that clients that failed together do not come back together.
  return Math.min(BASE_DELAY_MS * 2 ** retry, MAX_DELAY_MS) * (1 - Math.random() / 4);
}
