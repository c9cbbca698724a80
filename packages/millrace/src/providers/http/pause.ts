import { failureOf } from "../../wire/failure/kinds.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** An interval's longest, after which it only says that somebody still waits. */
const AWAKE_MS = 60_000;

/** Lets time pass between two attempts. Rejects with `cancelled` when the caller leaves before it is over. */
export function pause({ clock, failures }: Upstream, delayMs: number, context: CallContext): Promise<void> {
  const signals = [context.signal, context.stop];
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
    const awake = setInterval(() => {}, AWAKE_MS);
    const end = (): void => {
      timer.cancel();
      clearInterval(awake);
      for (const signal of signals) signal?.removeEventListener("abort", leave);
    };
    for (const signal of signals) signal?.addEventListener("abort", leave);
    if (signals.some((signal) => signal?.aborted === true)) leave();
  });
}
