import fc from "fast-check";
import { expect, test } from "vitest";
import { LEAST_BUDGET, roomForThoughts } from "./thinking-budget.ts";

test.each<[number, number | undefined, number, number | undefined]>([
  [8192, undefined, 8192, undefined],
  [512, undefined, 1024, undefined],
  [8192, 20_000, 8192, 20_000],
  [8192, 4000, 2000, 4000],
  [8192, 4001, 2000, 4001],
  [8192, 2048, 1024, 2048],
  [8192, 1500, 1024, 2048],
  [8192, 1000, 1024, 2024],
  [8192, 1, 1024, 1025],
])("%j tokens of thoughts in %j: %j in %j", (wanted, limit, budget, maxTokens) => {
  expect(roomForThoughts(wanted, limit)).toEqual({ budget, maxTokens });
});

test("an answer keeps half of its limit, or as much as was asked for, and the limit never falls", () => {
  const tokens = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(tokens, tokens, (wanted, limit) => {
      const { budget, maxTokens = 0 } = roomForThoughts(wanted, limit);
      expect(budget).toBeGreaterThanOrEqual(LEAST_BUDGET);
      expect(maxTokens).toBeGreaterThanOrEqual(limit);
      expect(maxTokens - budget).toBeGreaterThanOrEqual(Math.min(limit, Math.ceil(maxTokens / 2)));
    }),
  );
});
