import type { FleetView, TargetView } from "../../fleet/view.ts";
import { targetName } from "../../exchange.ts";
import type { LiveState } from "../live-state.ts";

/** Ready, idle, never timed and never failed. */
const FRESH: TargetView = {
  condition: "ready",
  inFlight: 0,
  serverInFlight: 0,
  slots: undefined,
  waiting: 0,
  firstContentMs: undefined,
  firstContentP95Ms: undefined,
  successShare: 1,
  closed: undefined,
};

/** How targets are, by `provider/model`; those that are not named are fresh. */
export type Views = Readonly<Record<string, Partial<TargetView>>>;

export function fleetOf(views: Views): FleetView {
  return { view: (target) => ({ ...FRESH, ...views[targetName(target)] }) };
}

/** A moment of 1000 ms, without conversations, at which chance always says one half. */
export function liveWith(views: Views = {}, more: Partial<LiveState> = {}): LiveState {
  return {
    fleet: fleetOf(views),
    affinity: { get: () => undefined },
    nowMs: 1000,
    random: () => 0.5,
    turn: () => 0,
    ...more,
  };
}

/** Numbers from 0 up to 1 that look like chance, the same for the same seed. */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
