import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";

/** Resolves when so much time has passed, or at once when the signal fires. */
export function passed(clock: Clock, ms: number, signal: CancelSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = clock.setTimer(ms, over);
    signal.addEventListener("abort", over);
    if (signal.aborted) over();
  });
}
