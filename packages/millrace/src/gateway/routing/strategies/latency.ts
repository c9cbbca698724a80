import type { TargetView } from "../../fleet/view.ts";
import type { Contender } from "../contender.ts";

/**
 * Nothing is known against it and nobody is finding out, so it is asked first. One request at a time: while that is on
 * its way the target counts as an ordinary one, or all would follow.
 */
export function isUnexplored({ firstContentMs, inFlight, successShare }: TargetView): boolean {
  return firstContentMs === undefined && inFlight === 0 && successShare >= 1;
}

/** What stands in for a latency that is not known: the middle one of those that are, or the same for all. */
export function latencyWhereUnknown(contenders: readonly Contender[]): number {
  const known: number[] = [];
  let missing = 0;
  for (const { view } of contenders) {
    if (view.firstContentMs !== undefined) known.push(view.firstContentMs);
    else if (!isUnexplored(view)) missing += 1;
  }
  if (missing === 0 || known.length === 0) return 1;
  return known.sort((a, b) => a - b)[known.length >> 1] ?? 1;
}
