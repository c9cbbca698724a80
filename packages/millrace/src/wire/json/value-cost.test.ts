import { expect, test } from "vitest";
import { costsMoreThan, valueCost } from "./value-cost.ts";

test.each([
  ["a text without values inside", `"${"x".repeat(1000)}"`, 0],
  ["containers", "[{},{}]", 3 * 64 + 16],
  ["members", "[1,2,3]", 64 + 2 * 16],
])("%s", (_, text, cost) => {
  expect(valueCost(text)).toBe(cost);
});

test("counting stops above what was asked for", () => {
  expect(valueCost("[".repeat(1000), 100)).toBe(128);
});

test("dense JSON costs more than its length says, one long text does not", () => {
  expect(costsMoreThan("[]".repeat(10_000), 100_000)).toBe(true);
  expect(costsMoreThan(`"${"x".repeat(20_000)}"`, 100_000)).toBe(false);
});
