import { Cancellation, type CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { Health } from "../../model/model-info.ts";
import { passed } from "./passed.ts";

/** Between two looks; a model takes seconds to load. */
const LOOK_MS = 250;

/** It answers for itself, although it may refuse our key. */
const UP: ReadonlySet<Health["state"]> = new Set(["up", "auth_required", "limited"]);

export interface LookOptions {
  readonly clock: Clock;
  readonly health: (signal: CancelSignal) => Promise<Health>;
  readonly limitMs: number;
  /** Fires when there is nothing to look at any more. */
  readonly signal: CancelSignal;
}

export type Look =
  | { readonly outcome: "up" | "cancelled" }
  /** With what it said last. */
  | { readonly outcome: "late"; readonly last: Failure | undefined };

/** Looks at a server that starts until it is up, or the limit is over. */
export async function untilUp({ clock, health, limitMs, signal }: LookOptions): Promise<Look> {
  const stop = new Cancellation();
  const end = (): void => stop.cancel();
  const limit = clock.setTimer(limitMs, end);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  let last: Failure | undefined;
  try {
    while (!stop.aborted) {
      const seen = await looked(health, stop);
      if (stop.aborted) break;
      if (seen !== undefined && UP.has(seen.state)) return { outcome: "up" };
      last = seen?.failure ?? last;
      await passed(clock, LOOK_MS, stop);
    }
  } finally {
    limit.cancel();
    signal.removeEventListener("abort", end);
  }
  return signal.aborted ? { outcome: "cancelled" } : { outcome: "late", last };
}

/** A look that is called off throws. */
async function looked(health: LookOptions["health"], signal: CancelSignal): Promise<Health | undefined> {
  try {
    return await health(signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
