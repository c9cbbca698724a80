import { type Contender, moveToHead, sortByCost } from "../contender.ts";
import { busyOf, latencyText, loadText, slotsWhereUnknown } from "../target-load.ts";
import { isUnexplored, latencyWhereUnknown } from "./latency.ts";
import { firstByLot } from "./lots.ts";
import type { StrategyRule } from "./strategy.ts";

/** Below this the share of answers says no more than that nearly nothing is answered. */
const SHARE_MIN = 0.05;
/** The better of the two drawn still costs too much when the best of all costs less than one part in so many. */
const FAR_FROM_BEST = 2;

/**
 * The better of two that are drawn by lot. All gateways that see the same numbers would run to the best of all at
 * once; two draws keep nearly all of its advantage and spread the requests. Only where both are far from the best, the
 * best is taken.
 */
export const adaptive: StrategyRule = {
  arrange(equals) {
    const latency = latencyWhereUnknown(equals);
    const slots = slotsWhereUnknown(equals);
    for (const contender of equals) contender.cost = costOf(contender, latency, slots);
    sortByCost(equals);
    const one = firstByLot(equals);
    const other = firstByLot(equals, one);
    // In this order the better of two is the one before the other.
    const better = Math.min(one, other);
    if (costAt(equals, better) <= costAt(equals, 0) * FAR_FROM_BEST) moveToHead(equals, better);
  },
  measure({ view }) {
    const share = view.successShare < 1 ? `, ${Math.floor(view.successShare * 100)} % answered` : "";
    return `${latencyText(view)}, ${loadText(view)}${share}`;
  },
};

/** The time to first content that one request more would see, as far as numbers tell. */
function costOf({ view }: Contender, latencyIfUnknown: number, slotsIfUnknown: number): number {
  if (isUnexplored(view)) return 0;
  const share = Math.max(view.successShare, SHARE_MIN);
  const load = (busyOf(view) + 1) / (view.slots ?? slotsIfUnknown);
  // Squared: what fails at once is never busy, and must not draw requests by that.
  return ((view.firstContentMs ?? latencyIfUnknown) * load) / (share * share);
}

function costAt(contenders: readonly Contender[], at: number): number {
  return contenders[at]?.cost ?? 0;
}
