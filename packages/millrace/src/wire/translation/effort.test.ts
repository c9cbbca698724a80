import { describe, expect, test } from "vitest";
import { budgetOfEffort, effortOfBudget, nearestEffort } from "./effort.ts";

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

  test.each([
    ["medium", ["low", "medium"], "medium"],
    ["none", ["high", "low"], "low"],
    ["medium", ["minimal", "high"], "high"],
    ["max", ["low", "high"], "high"],
    ["turbo", ["low", "turbo"], "turbo"],
    ["turbo", ["low"], undefined],
    ["low", [], undefined],
  ])("of what is near %s in %j it is %s", (wanted, known, nearest) => {
    expect(nearestEffort(wanted, known)).toBe(nearest);
  });

  test("a word of a server's own stands for no number", () => {
    expect(budgetOfEffort("turbo")).toBeUndefined();
  });
});
