import type { Clock } from "../../model/clock.ts";

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer(delayMs, callback) {
    // A moment that has just passed is no mistake of anyone.
    const timer = setTimeout(callback, Math.max(0, delayMs)).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
