import type { FailureKind } from "../../model/failure.ts";
import type { Target } from "../plan.ts";

/**
 * What a target can do right now:
 *
 * - `unknown`: nobody has asked it yet.
 * - `loading`: its server starts, or loads the model.
 * - `ready`: it answered, and has room.
 * - `full`: every place at its server is taken.
 * - `failing`: it answers, with errors.
 * - `down`: it cannot be reached.
 */
export type TargetCondition = "unknown" | "loading" | "ready" | "full" | "failing" | "down";

/** Not to be asked before a moment, and why. */
export interface Closure {
  /** On the clock that never goes back; `Infinity` until something changes. */
  readonly untilMs: number;
  /** For people: `cooling down after 429`, `5 failures in a row`. */
  readonly reason: string;
  /** The kind of the failure behind it, where there is one. */
  readonly kind?: FailureKind;
  /**
   * It only helps to choose: nobody asked to be left alone. Where there is nobody else, the target is asked all the
   * same, for its own words say more than ours.
   */
  readonly soft?: boolean;
}

/** What is known of a target at one moment. */
export interface TargetView {
  readonly condition: TargetCondition;
  /** Calls of this gateway to the target. */
  readonly inFlight: number;
  /** Calls of this gateway to the target's server, whatever the model; others' too where the server tells. */
  readonly serverInFlight: number;
  /** How many the server serves at once; absent where nobody knows. */
  readonly slots: number | undefined;
  /** Requests that wait for the server, here and, where it tells, there. */
  readonly waiting: number;
  /** Time to first content, a moving average that rises at once and falls slowly; absent before the first answer. */
  readonly firstContentMs: number | undefined;
  /** The 95th percentile of it; absent until there are enough answers to tell. */
  readonly firstContentP95Ms: number | undefined;
  /** Of the recent calls, how many were answered: 0 to 1, and 1 before the first. */
  readonly successShare: number;
  readonly closed: Closure | undefined;
}

/** The live state of all targets, as routing may read it. */
export interface FleetView {
  /** @param nowMs for those who look at many and have asked the clock already */
  view(target: Target, nowMs?: number): TargetView;
}
