import { describe, expect, test } from "vitest";
import { randomOf } from "./random.ts";
import { lowestInBlocks, type Point, trendOf } from "./trend.ts";

const row = (count: number, valueAt: (at: number) => number): Point[] =>
  Array.from({ length: count }, (_, at) => ({ minutes: at / 6, value: valueAt(at) }));

describe("the slope", () => {
  test("of a straight line is the line's, and nothing is uncertain about it", () => {
    const trend = trendOf(row(30, (at) => 50 + (at / 6) * 2));
    expect(trend.slope).toBeCloseTo(2);
    expect(trend.low).toBeCloseTo(2);
    expect(trend.high).toBeCloseTo(2);
  });

  test("is not moved by a few wild points", () => {
    const trend = trendOf(row(30, (at) => (at % 7 === 3 ? 500 : 50 + at / 6)));
    expect(trend.slope).toBeCloseTo(1, 1);
  });

  test("of noise has an interval around zero", () => {
    const random = randomOf(1);
    const { low, high } = trendOf(row(40, () => 50 + random()));
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  test("of growth in noise has an interval above zero and around the growth", () => {
    const random = randomOf(1);
    const { low, high } = trendOf(row(40, (at) => 50 + (at / 6) * 0.5 + random()));
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
  });

  test("has the interval of Sen's own method: ranks 4 and 18 of the 21 slopes of 7 points", () => {
    // C = 1.96 × √(7 × 6 × 19 ÷ 18) = 13.05, so ranks (21 − C) ÷ 2 = 3.97 and, from the other end, the same.
    const values = [1, 3, 2, 5, 4, 8, 6];
    const points = values.map((value, minutes) => ({ minutes, value }));
    const slopes = values
      .flatMap((value, at) => values.slice(at + 1).map((next, gap) => (next - value) / (gap + 1)))
      .toSorted((a, b) => a - b);
    expect(trendOf(points)).toEqual({ slope: slopes[10], low: slopes[3], high: slopes[17] });
  });

  test("of four points has no bounds", () => {
    expect(trendOf(row(4, (at) => at))).toMatchObject({ low: -Infinity, high: Infinity });
  });
});

describe("blocks", () => {
  test("are the lowest of what falls into them, with its time", () => {
    const values = [5, 4, 99, 3, 1, 2];
    const points = [0, 0.1, 0.2, 1.1, 1.2, 1.6].map((minutes, at) => ({ minutes, value: values[at] ?? 0 }));
    expect(lowestInBlocks(points, 1)).toEqual([
      { minutes: 0.1, value: 4 },
      { minutes: 1.2, value: 1 },
    ]);
  });

  test("that nothing falls into are left out", () => {
    expect(lowestInBlocks([{ minutes: 5.5, value: 1 }], 1)).toEqual([{ minutes: 5.5, value: 1 }]);
  });
});
