import type { Plan } from "../../plan.ts";
import type { Contender } from "../contender.ts";

/** What a strategy may look at beside the targets themselves. */
export interface Around {
  readonly prices: Plan["prices"];
  /** How many requests for this name there were before. */
  readonly turn: () => number;
  /** Drawn by chance for this request, or by its conversation: a whole number below 2 ** 31. */
  readonly lot: number;
}

/** A way to choose among equals. */
export interface StrategyRule {
  /** Puts two or more of them in order, best first, and gives scores where it compares. */
  readonly arrange: (equals: Contender[], around: Around) => void;
  /** What it looked at, for people. */
  readonly measure: (contender: Contender) => string;
}
