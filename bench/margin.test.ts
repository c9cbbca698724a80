import { expect, test } from "vitest";
import { marginOf } from "./margin.ts";

const steady = (value: number): number[][] => Array.from({ length: 5 }, () => [value, value, value]);

test("a program that always costs the same has no margin", () => {
  expect(marginOf({ one: steady(50), other: steady(50) })).toBe(0);
});

test("the margin is never less than the difference that was seen, whichever name was dearer", () => {
  expect(marginOf({ one: steady(50), other: steady(60) })).toBeCloseTo(0.2);
  expect(marginOf({ one: steady(60), other: steady(50) })).toBeCloseTo(0.2);
});

test("processes that differ among themselves widen the margin although their quartiles agree", () => {
  const one = [[50], [70], [50], [70], [50]];
  const other = [[70], [50], [70], [50], [50]];
  expect(marginOf({ one, other })).toBeGreaterThan(0.2);
});

test("what disturbs both names of a pair alike does not widen it", () => {
  const disturbed = [[50], [50], [100], [50], [100]];
  expect(marginOf({ one: disturbed, other: disturbed })).toBe(0);
});

test("the same measurements have the same margin", () => {
  const runs = { one: [[50], [55], [61]], other: [[52], [49], [58]] };
  expect(marginOf(runs)).toBe(marginOf(runs));
});

test("without a second name there is no margin", () => {
  expect(marginOf({ one: steady(50), other: [] })).toBeNaN();
});
