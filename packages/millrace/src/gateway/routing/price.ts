import { matches } from "../name-pattern.ts";
import type { Plan, Price, Target } from "../plan.ts";

type Prices = Plan["prices"];

/** What a target costs; nothing where nobody has said. */
export function priceOf(prices: Prices, target: Target): Price | undefined {
  const list = prices.get(target.provider.name);
  if (list === undefined) return undefined;
  for (const { models, price } of list) if (matches(models, target.model)) return price;
  return undefined;
}

/** A request reads about three times what it writes. */
const INPUT_SHARE = 0.75;

/** One number to compare by: US dollars for a million tokens, of which most are read. */
export function blendedUsd({ inputUsd, outputUsd }: Price): number {
  return INPUT_SHARE * inputUsd + (1 - INPUT_SHARE) * outputUsd;
}
