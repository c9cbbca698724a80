import { expect, test } from "vitest";
import { linearScale, logarithmicScale } from "./scale.ts";

test.each([
  [3.7, [0, 1, 2, 3, 4]],
  [1, [0, 0.5, 1]],
  [87, [0, 50, 100]],
  [160, [0, 50, 100, 150, 200]],
])("a linear axis up to %d is marked at round numbers", (largest, ticks) => {
  expect(linearScale(largest).ticks).toEqual(ticks);
});

test("a value lies at its share of a linear axis, and never outside", () => {
  const scale = linearScale(4);
  expect([0, 1, 4, 9].map((value) => scale.at(value))).toEqual([0, 0.25, 1, 1]);
});

test("a logarithmic axis gives each power of ten the same length", () => {
  const scale = logarithmicScale(0.8, 60);
  expect(scale.ticks).toEqual([0.1, 1, 10, 100]);
  expect(scale.at(1)).toBeCloseTo(1 / 3);
  expect(scale.at(10)).toBeCloseTo(2 / 3);
});
