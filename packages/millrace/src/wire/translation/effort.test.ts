import { describe, expect, test } from "vitest";
import { budgetOfEffort, effortOfBudget } from "./effort.ts";

describe("effort and tokens of reasoning", () => {
  test.each(["none", "minimal", "low", "medium", "high", "xhigh", "max"])("%s comes back", (effort) => {
    expect(effortOfBudget(budgetOfEffort(effort) ?? -1)).toBe(effort);
  });

  test.each([
    [1, "minimal"],
    [1025, "medium"],
    [10_000, "high"],
    [1_000_000, "max"],
  ])("%d tokens are %s", (tokens, effort) => {
    expect(effortOfBudget(tokens)).toBe(effort);
  });

  test("a word of a server's own stands for no number", () => {
    expect(budgetOfEffort("turbo")).toBeUndefined();
  });
});
