import { sortByCost } from "../contender.ts";
import type { StrategyRule } from "./strategy.ts";

/**
 * By chance, in proportion to the weights; the one after the head likewise among the rest. Each draws how long it
 * waits, from an exponential distribution with its weight as the rate: the first is the head with the probability of
 * its share. A weight of 0 goes last.
 */
export const weighted: StrategyRule = {
  arrange(equals) {
    for (const contender of equals) contender.cost = -Math.log((contender.lot + 1) / 0x8000_0001) / contender.weight;
    sortByCost(equals);
  },
  measure: ({ weight }) => `drawn with weight ${weight}`,
};
