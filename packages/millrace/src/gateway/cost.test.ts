import { describe, expect, test } from "vitest";
import { costOf } from "./cost.ts";

const PRICE = { inputUsd: 2, outputUsd: 10 };
const usage = (counts: object) => ({ raw: {}, ...counts });

describe("an answer costs", () => {
  test.each([
    ["its tokens times their prices", usage({ promptTokens: 1000, completionTokens: 100 }), PRICE, 0.003],
    [
      "less for what was read from a cache, where that has a price",
      usage({ promptTokens: 1000, completionTokens: 0, cacheReadTokens: 600 }),
      { ...PRICE, cacheReadUsd: 0.5 },
      0.0011,
    ],
    [
      "as much for what was read from a cache, where that has none",
      usage({ promptTokens: 1000, completionTokens: 0, cacheReadTokens: 600 }),
      PRICE,
      0.002,
    ],
    [
      "more for what was written to one, where that has a price",
      usage({ promptTokens: 1000, completionTokens: 0, cacheReadTokens: 100, cacheWriteTokens: 600 }),
      { ...PRICE, cacheReadUsd: 0.5, cacheWriteUsd: 2.5 },
      0.00215,
    ],
    [
      "more still for what is kept for an hour, where that has a price",
      usage({ promptTokens: 1000, completionTokens: 0, cacheWriteTokens: 600, cacheWrite1hTokens: 200 }),
      { ...PRICE, cacheWriteUsd: 2.5, cacheWrite1hUsd: 4 },
      0.0026,
    ],
    [
      "as much for it as for all that was written, where it has none",
      usage({ promptTokens: 1000, completionTokens: 0, cacheWriteTokens: 600, cacheWrite1hTokens: 200 }),
      { ...PRICE, cacheWriteUsd: 2.5 },
      0.0023,
    ],
    ["what the server says, whatever the price", usage({ promptTokens: 1, reportedCostUsd: 0.5 }), PRICE, 0.5],
    [
      "nothing, at a price of nothing",
      usage({ promptTokens: 9, completionTokens: 9 }),
      { inputUsd: 0, outputUsd: 0 },
      0,
    ],
    ["nobody knows what, without a price", usage({ promptTokens: 9, completionTokens: 9 }), undefined, "unknown"],
    ["nobody knows what, without usage", undefined, PRICE, "unknown"],
    ["nobody knows what, with half of the usage", usage({ promptTokens: 9 }), PRICE, "unknown"],
  ])("%s", (_, used, price, cost) => {
    const found = costOf(used, price);
    if (typeof cost === "number") expect(found).toBeCloseTo(cost, 12);
    else expect(found).toBe(cost);
  });
});
