import { sortByCost } from "../contender.ts";
import { blendedUsd, priceOf } from "../price.ts";
import type { StrategyRule } from "./strategy.ts";

/** The lowest price; what has none goes last, since it may cost anything. */
export const cheapest: StrategyRule = {
  arrange(equals, { prices }) {
    for (const contender of equals) {
      const price = priceOf(prices, contender);
      contender.cost = price === undefined ? Infinity : blendedUsd(price);
    }
    sortByCost(equals);
  },
  measure: ({ cost }) => (cost === Infinity ? "its price is not known" : `$${cost.toFixed(2)} for a million tokens`),
};
