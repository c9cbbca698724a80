import type { FleetFigures } from "./figures.ts";

/** What must hold of any load that a fleet can carry. */
export interface FleetBounds {
  /** No request of any key waits longer for its first content. */
  readonly maxWaitMs: number;
  /** Of the whole fleet's calls in a second, how many may go to a server that has just come back. */
  readonly herdShare: number;
  readonly affinityBytes: number;
}

/** What does not hold, a sentence each; empty when everything does. */
export function violations(figures: FleetFigures, bounds: FleetBounds): string[] {
  const { affinityBytesMax, answered, atEnd, cut, failed, herd, keys, left, overSlots, requests } = figures;
  const found: string[] = [];
  const unless = (holds: boolean, sentence: string): void => {
    if (!holds) found.push(sentence);
  };
  const ended = answered + cut + failed + left;
  unless(ended === requests, `${requests - ended} of ${requests} requests never ended.`);
  unless(overSlots === 0, `${overSlots} calls went to a server without a free slot while another had one.`);
  for (const { key, maxWaitMs } of keys) {
    unless(maxWaitMs <= bounds.maxWaitMs, `A request of ${key} waited ${seconds(maxWaitMs)} for its first content.`);
  }
  unless(atEnd.inFlight === 0, `${atEnd.inFlight} calls count as in flight when all are over.`);
  unless(atEnd.waiting === 0, `${atEnd.waiting} requests count as waiting when all are over.`);
  unless(
    affinityBytesMax <= bounds.affinityBytes,
    `The index of conversations grew to ${affinityBytesMax} bytes, over its ${bounds.affinityBytes}.`,
  );
  unless(
    herd.worstShare <= bounds.herdShare,
    `A server that came back was given ${percent(herd.worstShare)} of all calls within a second.`,
  );
  return found;
}

/** Where keeping conversations together does worse than plain hashing does, a sentence each. */
export function worseThanHashing(subject: FleetFigures, hashing: FleetFigures): string[] {
  const found: string[] = [];
  if (subject.cachedShare < hashing.cachedShare) {
    found.push(
      `${percent(subject.cachedShare)} of the prompts were cached; with hashing ${percent(hashing.cachedShare)}.`,
    );
  }
  if (subject.waitP99Ms >= hashing.waitP99Ms) {
    found.push(
      `The slowest in a hundred waited ${seconds(subject.waitP99Ms)}; with hashing ${seconds(hashing.waitP99Ms)}.`,
    );
  }
  return found;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
