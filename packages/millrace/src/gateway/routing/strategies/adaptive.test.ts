import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arranged, equalsOf } from "../testing/equals.ts";
import { adaptive } from "./adaptive.ts";

type Equals = Parameters<typeof equalsOf>[0];
const order = (equals: Equals): string[] => arranged(adaptive, equalsOf(equals));

/** Of two, the better is always drawn. */
describe("of two equals the head is the one", () => {
  test.each<[string, Equals]>([
    ["with the shorter time", { "good/m": { firstContentMs: 50 }, "bad/m": { firstContentMs: 80 } }],
    [
      "with fewer calls",
      { "bad/m": { firstContentMs: 50, serverInFlight: 4 }, "good/m": { firstContentMs: 50, serverInFlight: 1 } },
    ],
    [
      "with fewer calls for its size",
      {
        "bad/m": { firstContentMs: 50, serverInFlight: 3, slots: 4 },
        "good/m": { firstContentMs: 50, serverInFlight: 4, slots: 16 },
      },
    ],
    [
      "that answers more of them",
      { "bad/m": { firstContentMs: 40, successShare: 0.7 }, "good/m": { firstContentMs: 50 } },
    ],
    // It fails at once, so it never has calls in flight.
    [
      "that answers, though the other is idle because it fails",
      { "bad/m": { firstContentMs: 50, successShare: 0.4 }, "good/m": { firstContentMs: 50, serverInFlight: 4 } },
    ],
    ["that nobody has asked yet", { "bad/m": { firstContentMs: 50 }, "good/m": {} }],
  ])("%s", (_, equals) => {
    expect(order(equals)[0]).toBe("good/m");
  });
});

test("one that is not timed yet and busy counts as one in the middle: no herd follows the first request", () => {
  expect(
    order({
      "new/m": { inFlight: 1, serverInFlight: 1 },
      "slow/m": { firstContentMs: 900 },
      "middle/m": { firstContentMs: 100 },
      "quick/m": { firstContentMs: 10 },
    }),
  ).toEqual(["quick/m", "middle/m", "new/m", "slow/m"]);
});

test("where nothing is timed yet, calls alone decide", () => {
  expect(
    order({ "a/m": { inFlight: 2, serverInFlight: 2 }, "b/m": { inFlight: 1, serverInFlight: 1 }, "c/m": {} }),
  ).toEqual(["c/m", "b/m", "a/m"]);
});

describe("of many", () => {
  test("the better of the two with the lowest lots is the head, and the rest goes by cost", () => {
    expect(
      order({
        "best/m": { firstContentMs: 50, lot: 9 },
        "second/m": { firstContentMs: 60, lot: 2 },
        "third/m": { firstContentMs: 70, lot: 8 },
        "drawn/m": { firstContentMs: 80, lot: 1 },
      }),
    ).toEqual(["second/m", "best/m", "third/m", "drawn/m"]);
  });

  test("where both cost more than twice the best, the best is", () => {
    expect(
      order({
        "best/m": { firstContentMs: 50, lot: 9 },
        "slow/m": { firstContentMs: 101, lot: 2 },
        "slower/m": { firstContentMs: 500, lot: 1 },
      })[0],
    ).toBe("best/m");
  });

  test("the one in the worst state of all is never the head", () => {
    const equal = fc.record({
      firstContentMs: fc.integer({ min: 1, max: 5000 }),
      serverInFlight: fc.nat(20),
      slots: fc.integer({ min: 1, max: 16 }),
      lot: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(equal, { minLength: 2, maxLength: 80 }), (drawn) => {
        const equals = equalsOf(Object.fromEntries(drawn.map((one, index) => [`p${index}/m`, one])));
        arranged(adaptive, equals);
        const costs = equals.map(({ cost }) => cost);
        const rest = costs.slice(1);
        expect(rest).toEqual(rest.toSorted((a, b) => a - b));
        expect(costs[0]).toBeLessThanOrEqual(2 * Math.min(...costs));
        expect(costs[0]).toBeLessThanOrEqual(Math.max(...rest));
      }),
    );
  });
});
