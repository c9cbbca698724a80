import { median } from "../statistics.ts";

/** A measurement and when it was taken. */
export interface Point {
  readonly minutes: number;
  readonly value: number;
}

/** How a measurement changes, per minute, with the bounds of its 95 % confidence interval. */
export interface Trend {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** The standard normal quantile of a two-sided interval of 95 %. */
const Z_95 = 1.96;

/**
 * The slope by Theil and Sen: the median of the slopes between any two points. A few wild points do not move it. Its
 * interval is Sen's, from the variance of Kendall's S. It is unbounded where there are too few points for one.
 */
export function trendOf(points: readonly Point[]): Trend {
  const slopes = points
    .flatMap((from, at) => points.slice(at + 1).map((to) => (to.value - from.value) / (to.minutes - from.minutes)))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  const { length: n } = points;
  const spread = Z_95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const below = Math.round((slopes.length - spread) / 2) - 1;
  return {
    slope: median(slopes),
    low: slopes[below] ?? -Infinity,
    high: slopes[slopes.length - 1 - below] ?? Infinity,
  };
}

/**
 * One point for each stretch of time, with the lowest of what was measured in it. Requests that happen to be in flight
 * add to what is held; a leak adds to what is held at the quietest moment too. Measurements that follow at once on each
 * other see the same requests, and an interval that took them for independent would be too narrow.
 */
export function lowestInBlocks(points: readonly Point[], blockMinutes: number): Point[] {
  const blocks = Map.groupBy(points, ({ minutes }) => Math.floor(minutes / blockMinutes));
  return [...blocks.values()].map((block) =>
    block.reduce((lowest, point) => (point.value < lowest.value ? point : lowest)),
  );
}
