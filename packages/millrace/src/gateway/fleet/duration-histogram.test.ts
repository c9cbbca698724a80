import { expect, test } from "vitest";
import { DurationHistogram } from "./duration-histogram.ts";

function spreadOf(durations: readonly number[]): DurationHistogram {
  const spread = new DurationHistogram();
  for (const ms of durations) spread.add(ms);
  return spread;
}

test.each<[string, readonly number[], number, number]>([
  ["of one", [100], 0.5, 100],
  ["of a hundred that grow evenly", Array.from({ length: 100 }, (_, at) => 10 * (at + 1)), 0.95, 950],
  [
    "of most that are quick and some that are slow",
    [...Array<number>(90).fill(50), ...Array<number>(10).fill(5000)],
    0.95,
    5000,
  ],
  [
    "of most that are quick and few that are slow",
    [...Array<number>(97).fill(50), ...Array<number>(3).fill(5000)],
    0.95,
    50,
  ],
])("a percentile %s is right to a fifth", (_, durations, share, expected) => {
  const found = spreadOf(durations).percentile(share);
  expect(found).toBeGreaterThan(expected / 1.2);
  expect(found).toBeLessThan(expected * 1.2);
});

test("nothing has a percentile of 0, and what is too short or too long still counts", () => {
  expect(spreadOf([]).percentile(0.5)).toBe(0);
  expect(spreadOf([0]).percentile(0.5)).toBeLessThan(2);
  expect(spreadOf([1e12]).percentile(0.5)).toBeGreaterThan(600_000);
});

test("what was long ago fades: a server that became quick is known as quick", () => {
  const spread = spreadOf(Array<number>(250).fill(10_000));
  for (let count = 0; count < 2_000; count += 1) spread.add(100);
  expect(spread.percentile(0.95)).toBeLessThan(120);
  expect(spread.total).toBeLessThan(256);
});
