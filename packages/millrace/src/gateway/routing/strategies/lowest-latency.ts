import { moveToHead, sortByCost } from "../contender.ts";
import { latencyText } from "../target-load.ts";
import { mixed } from "../text-hash.ts";
import { isUnexplored, latencyWhereUnknown } from "./latency.ts";
import { firstByLot } from "./lots.ts";
import type { StrategyRule } from "./strategy.ts";

/** One request in so many goes to whom chance picks: who was slow once would never be asked again. */
const EXPLORE_ONE_IN = 50;
/** Sets the draw whether to explore apart from the draws of the targets, which come of the same lot. */
const EXPLORING = 0x5bd1e995;

/** The shortest time to first content of late. */
export const lowestLatency: StrategyRule = {
  arrange(equals, { lot }) {
    const unknown = latencyWhereUnknown(equals);
    for (const contender of equals) {
      const { view } = contender;
      contender.cost = isUnexplored(view) ? 0 : (view.firstContentMs ?? unknown);
    }
    sortByCost(equals);
    if (mixed(lot ^ EXPLORING) % EXPLORE_ONE_IN !== 0) return;
    moveToHead(equals, firstByLot(equals));
    const [head] = equals;
    if (head !== undefined) head.note = "asked to see how quick it is now";
  },
  measure: ({ view }) => latencyText(view),
};
