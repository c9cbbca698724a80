import { expect, test } from "vitest";
import { median, percentiles, summarize } from "./statistics.ts";

test("a row is summed up by its quartile, its median and its range, in whatever order it came", () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual({ rounds: 5, min: 1, p25: 2, median: 3, max: 5 });
});

test("a quantile lies between its neighbours", () => {
  expect(summarize([1, 2])).toMatchObject({ p25: 1.25, median: 1.5 });
});

test("numbers are ordered as numbers", () => {
  expect(summarize([100, 20, 3]).median).toBe(20);
});

test("nothing has no figures", () => {
  expect(summarize([])).toEqual({
    rounds: 0,
    min: Number.NaN,
    p25: Number.NaN,
    median: Number.NaN,
    max: Number.NaN,
  });
  expect(percentiles([])).toEqual({ p50: 0, p99: 0 });
});

test("one in a hundred is beyond the 99th percentile", () => {
  const { p50, p99 } = percentiles(Array.from({ length: 101 }, (_, at) => at));
  expect([p50, p99]).toEqual([50, 99]);
});

test("a median is the middle, or lies between the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
