import { expect, test } from "vitest";
import { RetryBudget } from "./retry-budget.ts";

function retriesAllowed(budget: RetryBudget, nowMs: number): number {
  let count = 0;
  for (; count < 10_000 && budget.allows(nowMs); count += 1) budget.retry(nowMs);
  return count;
}

test("a few retries are allowed where nothing else is going on", () => {
  expect(retriesAllowed(new RetryBudget(), 0)).toBe(10);
});

test("a fifth of the recent requests may be retries, beside those few", () => {
  const budget = new RetryBudget();
  for (let count = 0; count < 1000; count += 1) budget.request(0);
  expect(retriesAllowed(budget, 0)).toBe(210);
});

test("requests of long ago allow nothing, and retries of long ago forbid nothing", () => {
  const budget = new RetryBudget();
  for (let count = 0; count < 1000; count += 1) budget.request(0);
  retriesAllowed(budget, 0);
  expect(retriesAllowed(budget, 300_000)).toBe(10);
});

test("in the long run retries stay a fifth of the requests", () => {
  const budget = new RetryBudget();
  let retries = 0;
  for (let nowMs = 0; nowMs < 600_000; nowMs += 10) {
    budget.request(nowMs);
    if (!budget.allows(nowMs)) continue;
    budget.retry(nowMs);
    retries += 1;
  }
  expect(retries / 60_000).toBeGreaterThan(0.19);
  expect(retries / 60_000).toBeLessThan(0.22);
});
