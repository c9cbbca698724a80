import type { ProviderError } from "../../model/errors.ts";
import type { StartWait } from "../provider.ts";
import { isRefused } from "../transport/call-failure.ts";
import { checkHealth } from "./health.ts";
import { pause } from "./pause.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Where nobody says otherwise; a local server that starts listens within seconds. */
export const START_WAIT: StartWait = { loadingMs: 60_000, absentMs: 10_000 };
/** Between two looks at it. */
const LOOK_MS = 500;

/** Whether this says that the server is not ready yet, rather than that it failed. */
export function isStarting({ settings }: Upstream, error: ProviderError): boolean {
  return error.kind === "loading" || (settings.local && isRefused(error));
}

/**
 * Waits until a server that is starting has loaded its model. Its cheapest route is asked, so that the request
 * itself goes out once more and not with every look.
 *
 * @throws {ProviderError} `error`, what it had said, when it takes too long
 */
export async function untilLoaded(
  upstream: Upstream,
  error: ProviderError,
  wait: StartWait,
  context: CallContext,
): Promise<void> {
  const startedMs = upstream.clock.now();
  let limitMs = error.kind === "loading" ? wait.loadingMs : wait.absentMs;
  let delayMs = error.retryAfterMs ?? LOOK_MS;
  for (;;) {
    if (upstream.clock.now() + delayMs - startedMs > limitMs) throw error;
    await pause(upstream, delayMs, context);
    const { state } = await checkHealth(upstream, context);
    if (state === "loading") limitMs = wait.loadingMs;
    else if (state !== "down") return;
    delayMs = LOOK_MS;
  }
}
