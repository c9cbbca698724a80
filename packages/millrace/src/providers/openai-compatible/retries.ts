import { ProviderError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Where the server says nothing of when to come again: doubled with each attempt, up to the cap. */
const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
/** A server that wants to be left alone for longer than this gets its way: the caller decides. */
const MAX_WAIT_MS = 60_000;

/**
 * Runs a call, and again after failures that may pass, as often as the provider's `retries` allow. Only for
 * calls of which nothing has been given to anybody.
 */
export async function withRetries<T>(upstream: Upstream, context: CallContext, run: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await run();
    } catch (error) {
      const delayMs = retry < upstream.settings.retries ? delayAfter(error, retry) : undefined;
      if (delayMs === undefined) throw error;
      await wait(upstream, delayMs, [context.signal, context.stop]);
    }
  }
}

function delayAfter(error: unknown, retry: number): number | undefined {
  if (!(error instanceof ProviderError) || !error.retryable) return undefined;
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) return retryAfterMs <= MAX_WAIT_MS ? retryAfterMs : undefined;
  // Up to a quarter less, so that clients that failed together do not come back together.
  return Math.min(BASE_DELAY_MS * 2 ** retry, MAX_DELAY_MS) * (1 - Math.random() / 4);
}

/** Rejects with `cancelled` when the caller leaves before the time is over. */
function wait(
  { clock, failures }: Upstream,
  delayMs: number,
  signals: readonly (AbortSignal | undefined)[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      end();
      reject(failures.error(failureOf("cancelled", "The caller cancelled the call between two attempts.")));
    };
    const timer = clock.setTimer(delayMs, () => {
      end();
      resolve();
    });
    // Our clock's timers let a process end, but somebody waits for this one.
    const awake = setInterval(() => {}, MAX_WAIT_MS);
    const end = (): void => {
      timer.cancel();
      clearInterval(awake);
      for (const signal of signals) signal?.removeEventListener("abort", leave);
    };
    for (const signal of signals) signal?.addEventListener("abort", leave, { once: true });
    if (signals.some((signal) => signal?.aborted === true)) leave();
  });
}
