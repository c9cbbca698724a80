import { describe, expect, test } from "vitest";
import type { PriceList } from "../../plan.ts";
import { arranged, equalsOf } from "../testing/equals.ts";
import { chanceFrom } from "../testing/live.ts";
import { STRATEGIES } from "./strategies.ts";

const draw = chanceFrom(1);
const anyLot = (): number => Math.floor(draw() * 2 ** 31);

/** How often each was the head, of a thousand draws. */
function heads(count: () => string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let at = 0; at < 1000; at += 1) {
    const [head = ""] = count();
    counts[head] = (counts[head] ?? 0) + 1;
  }
  return counts;
}

test("ordered leaves the order of the configuration", () => {
  expect(arranged(STRATEGIES.ordered, equalsOf({ "b/m": {}, "a/m": { lot: 0 }, "c/m": {} }))).toEqual([
    "b/m",
    "a/m",
    "c/m",
  ]);
});

describe("round-robin", () => {
  test.each([
    [0, ["a/m", "b/m", "c/m"]],
    [1, ["b/m", "c/m", "a/m"]],
    [2, ["c/m", "a/m", "b/m"]],
    [3, ["a/m", "b/m", "c/m"]],
  ])("turn %i", (turn, expected) => {
    expect(
      arranged(STRATEGIES["round-robin"], equalsOf({ "a/m": {}, "b/m": {}, "c/m": {} }), { turn: () => turn }),
    ).toEqual(expected);
  });
});

describe("weighted", () => {
  test("gives each its share of the requests", () => {
    const counts = heads(() =>
      arranged(
        STRATEGIES.weighted,
        equalsOf({ "a/m": { weight: 1, lot: anyLot() }, "b/m": { weight: 3, lot: anyLot() } }),
      ),
    );
    expect(counts["b/m"]).toBeGreaterThan(690);
    expect(counts["b/m"]).toBeLessThan(810);
  });

  test("a weight of 0 goes last, whatever is drawn", () => {
    const counts = heads(() =>
      arranged(STRATEGIES.weighted, equalsOf({ "a/m": { weight: 0, lot: anyLot() }, "b/m": { lot: anyLot() } })),
    );
    expect(counts).toEqual({ "b/m": 1000 });
  });
});

describe("least-busy", () => {
  const order = (equals: Parameters<typeof equalsOf>[0]): string[] =>
    arranged(STRATEGIES["least-busy"], equalsOf(equals));

  test("counts calls for the size of the server", () => {
    expect(order({ "a/m": { serverInFlight: 2, slots: 4 }, "b/m": { serverInFlight: 3, slots: 8 } })).toEqual([
      "b/m",
      "a/m",
    ]);
  });

  test("counts who waits in line", () => {
    expect(
      order({ "a/m": { serverInFlight: 4, slots: 4, waiting: 3 }, "b/m": { serverInFlight: 4, slots: 4, waiting: 2 } }),
    ).toEqual(["b/m", "a/m"]);
  });

  test("takes a server that tells no size for as large as the largest", () => {
    expect(
      order({ "a/m": { serverInFlight: 2, slots: 2 }, "b/m": { serverInFlight: 2 }, "c/m": { slots: 8 } }),
    ).toEqual(["c/m", "b/m", "a/m"]);
  });

  test("tells two models of one server apart by their own calls", () => {
    expect(order({ "a/x": { serverInFlight: 3, inFlight: 2 }, "a/y": { serverInFlight: 3, inFlight: 1 } })).toEqual([
      "a/y",
      "a/x",
    ]);
  });

  test("equally busy ones go by lot", () => {
    expect(order({ "a/m": { lot: 3 }, "b/m": { lot: 1 }, "c/m": { lot: 2 } })).toEqual(["b/m", "c/m", "a/m"]);
  });
});

describe("lowest-latency", () => {
  const order = (equals: Parameters<typeof equalsOf>[0], lot = 0): string[] =>
    arranged(STRATEGIES["lowest-latency"], equalsOf(equals), { lot });

  test("goes by the time to first content", () => {
    expect(order({ "a/m": { firstContentMs: 90 }, "b/m": { firstContentMs: 40 } })).toEqual(["b/m", "a/m"]);
  });

  test("asks first who was never asked", () => {
    expect(order({ "a/m": { firstContentMs: 90 }, "b/m": {} })).toEqual(["b/m", "a/m"]);
  });

  test("but not while that is being found out", () => {
    expect(order({ "a/m": { firstContentMs: 90 }, "b/m": { inFlight: 1 }, "c/m": { firstContentMs: 10 } })).toEqual([
      "c/m",
      "a/m",
      "b/m",
    ]);
  });

  test("nor who only ever failed", () => {
    expect(order({ "a/m": { firstContentMs: 90, lot: 1 }, "b/m": { successShare: 0.5, lot: 2 } })).toEqual([
      "a/m",
      "b/m",
    ]);
  });

  test("now and then asks whom chance picks", () => {
    const counts = heads(() =>
      order({ "a/m": { firstContentMs: 10, lot: anyLot() }, "b/m": { firstContentMs: 5000, lot: anyLot() } }, anyLot()),
    );
    expect(counts["b/m"]).toBeGreaterThan(2);
    expect(counts["b/m"]).toBeLessThan(30);
  });
});

describe("cheapest", () => {
  const prices = new Map<string, PriceList>([
    ["a", [{ models: "big", price: { inputUsd: 5, outputUsd: 25 } }]],
    [
      "b",
      [
        { models: "small", price: { inputUsd: 1, outputUsd: 2 } },
        { models: "*", price: { inputUsd: 3, outputUsd: 3 } },
      ],
    ],
    ["c", [{ models: "free*", price: { inputUsd: 0, outputUsd: 0 } }]],
  ]);

  test("goes by price, the first that fits, and an unknown price is the last", () => {
    const equals = equalsOf({ "c/other": {}, "a/big": {}, "b/large": {}, "b/small": {}, "c/free-1": {}, "d/x": {} });
    expect(arranged(STRATEGIES.cheapest, equals, { prices })).toEqual([
      "c/free-1",
      "b/small",
      "b/large",
      "a/big",
      "c/other",
      "d/x",
    ]);
  });

  test("input counts for more than output, as most of a request is read", () => {
    const usd = (inputUsd: number, outputUsd: number): PriceList => [{ models: "*", price: { inputUsd, outputUsd } }];
    const equals = equalsOf({ "even/m": {}, "read/m": {}, "write/m": {} });
    const offers = new Map([
      ["even", usd(4, 4)],
      ["read", usd(5, 2)],
      ["write", usd(1, 10)],
    ]);
    expect(arranged(STRATEGIES.cheapest, equals, { prices: offers })).toEqual(["write/m", "even/m", "read/m"]);
  });
});

test.each([
  ["ordered", "in the order of the configuration"],
  ["weighted", "drawn with weight 1"],
  ["round-robin", "each in turn"],
  ["least-busy", "3 of 4 places taken"],
  ["lowest-latency", "80 ms to first content"],
  ["cheapest", "its price is not known"],
  ["adaptive", "80 ms to first content, 3 of 4 places taken, 97 % answered"],
] as const)("%s says what it saw", (strategy, text) => {
  const rule = STRATEGIES[strategy];
  const seen = { firstContentMs: 80.4, serverInFlight: 2, waiting: 1, slots: 4, successShare: 0.979 };
  const equals = equalsOf({ "a/m": seen, "b/m": seen }, rule.measure);
  arranged(rule, equals);
  expect(equals.find(({ place }) => place === 2)?.reason).toBe(`2 of 2 for fast; ${text}`);
});
