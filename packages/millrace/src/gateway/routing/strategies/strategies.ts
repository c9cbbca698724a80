import type { Strategy } from "../../plan.ts";
import { adaptive } from "./adaptive.ts";
import { cheapest } from "./cheapest.ts";
import { leastBusy } from "./least-busy.ts";
import { lowestLatency } from "./lowest-latency.ts";
import { ordered } from "./ordered.ts";
import { roundRobin } from "./round-robin.ts";
import type { StrategyRule } from "./strategy.ts";
import { weighted } from "./weighted.ts";

/** Every strategy by its name in the configuration. */
export const STRATEGIES: Readonly<Record<Strategy, StrategyRule>> = {
  ordered,
  weighted,
  "round-robin": roundRobin,
  "least-busy": leastBusy,
  "lowest-latency": lowestLatency,
  cheapest,
  adaptive,
};
