import type { FleetView } from "../fleet/view.ts";
import type { AffinityView } from "./affinity-index.ts";

/** The moment at which a route is decided: everything that is not in the question, the plan or the providers' lists. */
export interface LiveState {
  readonly fleet: FleetView;
  readonly affinity: AffinityView;
  /** On the clock that never goes back. */
  readonly nowMs: number;
  /** From 0 up to 1. Asked once for each decision at most. */
  readonly random: () => number;
  /** How many requests were routed by this name before. Asked once for each decision at most. */
  turn(name: string): number;
}
