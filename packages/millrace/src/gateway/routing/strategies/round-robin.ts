import type { StrategyRule } from "./strategy.ts";

/** Each in turn; the others follow in the order of their turns. */
export const roundRobin: StrategyRule = {
  arrange(equals, around) {
    const first = around.turn() % equals.length;
    equals.push(...equals.splice(0, first));
  },
  measure: () => "each in turn",
};
