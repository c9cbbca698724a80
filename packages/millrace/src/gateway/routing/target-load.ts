import type { TargetView } from "../fleet/view.ts";
import type { Contender } from "./contender.ts";

/** The calls that a call to this target would share its server with, those in line included. */
export function busyOf(view: TargetView): number {
  return Math.max(view.serverInFlight, view.inFlight) + view.waiting;
}

/** For a server that does not tell how many it serves at once: as many as the largest of the others, else one. */
export function slotsWhereUnknown(contenders: readonly Contender[]): number {
  let most = 1;
  for (const { view } of contenders) if (view.slots !== undefined && view.slots > most) most = view.slots;
  return most;
}

/** For people: `1 of 4 places taken`. */
export function loadText(view: TargetView): string {
  const busy = busyOf(view);
  return view.slots === undefined ? `${busy} in flight` : `${busy} of ${view.slots} places taken`;
}

/** For people: `120 ms to first content`. */
export function latencyText({ firstContentMs }: TargetView): string {
  return firstContentMs === undefined ? "not yet timed" : `${Math.round(firstContentMs)} ms to first content`;
}
