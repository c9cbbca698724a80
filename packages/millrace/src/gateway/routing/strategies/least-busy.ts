import { sortByCost } from "../contender.ts";
import { busyOf, loadText, slotsWhereUnknown } from "../target-load.ts";
import type { StrategyRule } from "./strategy.ts";

/** Two models of one server share its load; then their own calls tell them apart, and nothing else does. */
const OWN_SHARE = 1 / 1024;

/** The fewest calls for the size of the server, those in line included. */
export const leastBusy: StrategyRule = {
  arrange(equals) {
    const slots = slotsWhereUnknown(equals);
    for (const contender of equals) {
      const { view } = contender;
      contender.cost = (busyOf(view) + view.inFlight * OWN_SHARE) / (view.slots ?? slots);
    }
    sortByCost(equals);
  },
  measure: ({ view }) => loadText(view),
};
