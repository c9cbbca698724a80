import { failureOf } from "../../wire/failure/kinds.ts";
import { stayAwake } from "../transport/stay-awake.ts";
import type { CallContext, Upstream } from "./upstream.ts";

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
    const letSleep = stayAwake();
    const end = (): void => {
      timer.cancel();
      letSleep();
      for (const signal of signals) signal?.removeEventListener("abort", leave);
    };
    for (const signal of signals) signal?.addEventListener("abort", leave);
    if (signals.some((signal) => signal?.aborted === true)) leave();
  });
}
