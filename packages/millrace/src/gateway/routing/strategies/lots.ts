import type { Contender } from "../contender.ts";

/** Where the one with the lowest lot stands; with `except`, the lowest of the others. */
export function firstByLot(contenders: readonly Contender[], except: number = -1): number {
  let at = -1;
  let lowest = Infinity;
  for (let index = 0; index < contenders.length; index += 1) {
    const lot = contenders[index]?.lot ?? Infinity;
    if (index === except || lot >= lowest) continue;
    lowest = lot;
    at = index;
  }
  return at;
}
