import type { StrategyRule } from "./strategy.ts";

/** As they were written down. */
export const ordered: StrategyRule = {
  arrange: () => undefined,
  measure: () => "in the order of the configuration",
};
