import { ProviderError } from "../../model/errors.ts";
import type { FailureKind } from "../../model/failure.ts";
import { pause } from "./pause.ts";
import { isStarting, START_WAIT, untilLoaded } from "./until-loaded.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Where the server says nothing of when to come again: doubled with each attempt, up to the cap. */
const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
/** A server that wants to be left alone for longer than this gets its way: the caller decides. */
const MAX_WAIT_MS = 60_000;

/** What another key may be free of. */
const ANOTHER_KEY_MAY_HELP: ReadonlySet<FailureKind> = new Set(["auth", "permission", "rate_limit", "quota"]);

type Run<T> = (context: CallContext) => Promise<T>;

/**
 * Runs a call, and again after failures that may pass, as often as the provider's `retries` allow. Only for
 * calls of which nothing has been given to anybody. A server that is starting is waited for.
 */
export async function withRetries<T>(upstream: Upstream, context: CallContext, run: Run<T>): Promise<T> {
  const { retries } = upstream.settings;
  for (let retry = 0; ; retry += 1) {
    try {
      return await (retries === 0 ? run(context) : withEachKey(upstream, context, run));
    } catch (error) {
      if (retry >= retries || !(error instanceof ProviderError) || !error.retryable) throw error;
      if (isStarting(upstream, error)) await untilLoaded(upstream, error, START_WAIT, context);
      else await pause(upstream, delayAfter(error, retry), context);
    }
  }
}

/**
 * Runs a call with the first key, and with the next one at once where a key is the trouble.
 *
 * @throws {ProviderError} where all keys are, the failure that waiting helps against if there is one
 */
async function withEachKey<T>(upstream: Upstream, context: CallContext, run: Run<T>): Promise<T> {
  let told: ProviderError | undefined;
  for (let credential = 0; ; credential += 1) {
    try {
      return await run(credential === 0 ? context : { ...context, credential });
    } catch (error) {
      if (!(error instanceof ProviderError) || !ANOTHER_KEY_MAY_HELP.has(error.kind)) throw error;
      if (told === undefined || (error.retryable && !told.retryable)) told = error;
      if (credential + 1 >= upstream.credentials) throw told;
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
