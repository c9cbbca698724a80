import { ascending, p25, quantile } from "./statistics.ts";

/** What one process gave, a value for each round. */
export type Process = readonly number[];

/** Two names for the same program, process by process: entry `i` of both ran interleaved. */
export interface AgainstItself {
  readonly one: readonly Process[];
  readonly other: readonly Process[];
}

const DRAWS = 2000;
/** How many of the ratios that chance alone makes are within the margin. */
const SHARE = 0.95;

/**
 * The smallest difference that a run resolves, as a share: 0.1 where ratios between 1/1.1 and 1.1 may be chance. It
 * comes from a program measured against itself in that run. Processes differ more than rounds do, so pairs of
 * processes are what is drawn: as many as there are, with replacement, each with the two names swapped or not; the
 * ratio of the 25th percentiles is taken; and 95 % of the ratios so made differ from 1 by no more than the margin.
 * It is never less than the difference that was seen. NaN where nothing was measured twice.
 */
export function marginOf({ one, other }: AgainstItself): number {
  const pairs = one.flatMap((process, at) => {
    const twin = other[at];
    return twin === undefined || twin.length === 0 || process.length === 0 ? [] : [[process, twin] as const];
  });
  if (pairs.length === 0) return Number.NaN;
  const random = seededRandom();
  const drawn = Array.from({ length: DRAWS }, () => {
    const picked = pairs.map(() => {
      const [first = [], second = []] = pairs[Math.floor(random() * pairs.length)] ?? [];
      return random() < 0.5 ? [first, second] : [second, first];
    });
    return differenceOf(
      picked.flatMap(([first = []]) => first),
      picked.flatMap(([, second = []]) => second),
    );
  });
  const seen = differenceOf(
    pairs.flatMap(([first]) => first),
    pairs.flatMap(([, second]) => second),
  );
  return Math.max(seen, quantile(ascending(drawn), SHARE));
}

/** By how much the larger exceeds the smaller. */
function differenceOf(one: readonly number[], other: readonly number[]): number {
  const ratio = p25(one) / p25(other);
  return Math.max(ratio, 1 / ratio) - 1;
}

/** Mulberry32 with a fixed seed: the same measurements have the same margin. */
function seededRandom(): () => number {
  let state = 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
