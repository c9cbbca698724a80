import { describe, expect, test } from "vitest";
import { targetName } from "../exchange.ts";
import { keepConversation } from "./affinity.ts";
import { equalsOf } from "./testing/equals.ts";

type Equals = Parameters<typeof equalsOf>[0];

/** Whether `home/m` is moved before the others, when it stands last. */
function keeps(others: Equals, home: Equals[string]): boolean {
  const equals = equalsOf({ ...others, "home/m": home });
  const kept = keepConversation(equals, "home/m");
  expect(kept).toBe(equals[0] !== undefined && targetName(equals[0]) === "home/m");
  return kept;
}

describe("a conversation stays with its target", () => {
  test.each<[string, Equals, Equals[string]]>([
    ["when that is idle", { "a/m": {} }, {}],
    ["when that is a few requests busier", { "a/m": {} }, { serverInFlight: 3 }],
    ["when all are about as busy", { "a/m": { serverInFlight: 10 } }, { serverInFlight: 18 }],
    ["to its last place", { "a/m": { slots: 4 } }, { slots: 4, serverInFlight: 3 }],
    [
      "to its last place, though another has all of them free",
      { "a/m": { slots: 8 } },
      { slots: 8, serverInFlight: 7 },
    ],
    [
      "when that is full and few wait",
      { "a/m": { slots: 8 } },
      { condition: "full", slots: 8, serverInFlight: 8, waiting: 4 },
    ],
    ["for its size", { "a/m": { slots: 2, serverInFlight: 1 } }, { slots: 16, serverInFlight: 14 }],
    [
      "when all are full",
      { "a/m": { condition: "full", slots: 1, serverInFlight: 1 } },
      { condition: "full", slots: 1, serverInFlight: 1, waiting: 9 },
    ],
    ["when the others load", { "a/m": { condition: "loading" } }, { serverInFlight: 40 }],
    ["when nobody else could take it", { "a/m": { condition: "down" } }, { condition: "failing" }],
  ])("%s", (_, others, home) => {
    expect(keeps(others, home)).toBe(true);
  });
});

describe("a conversation leaves its target", () => {
  test.each<[string, Equals, Equals[string]]>([
    ["when that is well beyond the least loaded", { "a/m": {} }, { serverInFlight: 4 }],
    [
      "also when only one of the others has room",
      { "a/m": { serverInFlight: 30 }, "b/m": { serverInFlight: 1 } },
      { serverInFlight: 5 },
    ],
    ["when all are busy and that by far most", { "a/m": { serverInFlight: 10 } }, { serverInFlight: 19 }],
    [
      "when others wait for that while another is free",
      { "a/m": { slots: 1 } },
      { condition: "full", slots: 1, serverInFlight: 1, waiting: 1 },
    ],
    [
      "when many wait for that",
      { "a/m": { slots: 8 } },
      { condition: "full", slots: 8, serverInFlight: 8, waiting: 5 },
    ],
    ["when that loads its model anew", { "a/m": {} }, { condition: "loading" }],
    ["when that fails", { "a/m": {} }, { condition: "failing" }],
    ["when that cannot be reached", { "a/m": { condition: "full" } }, { condition: "down" }],
  ])("%s", (_, others, home) => {
    expect(keeps(others, home)).toBe(false);
  });
});

test("the others keep their order behind it", () => {
  const equals = equalsOf({ "a/m": {}, "b/m": {}, "home/x/y": {}, "c/m": {} });
  keepConversation(equals, "home/x/y");
  expect(equals.map(targetName)).toEqual(["home/x/y", "a/m", "b/m", "c/m"]);
  expect(equals[0]?.reason).toBe("3 of 4 for fast; holds the conversation");
});

test.each(["gone/m", "a/other", "a", ""])("a holder that is not among them changes nothing: %j", (holder) => {
  const equals = equalsOf({ "a/m": {}, "b/m": {} });
  expect(keepConversation(equals, holder)).toBe(false);
  expect(equals.map(targetName)).toEqual(["a/m", "b/m"]);
});

test.each([
  { what: "half as long again as its slowest answers take", p95: 2000, patienceMs: 3000 },
  { what: "a moment where all are quick", p95: 10, patienceMs: 500 },
  { what: "not for ever where all are slow", p95: 60_000, patienceMs: 10_000 },
  { what: "two seconds where nobody knows", p95: undefined, patienceMs: 2000 },
])("its place is worth waiting for: $what", ({ p95, patienceMs }) => {
  const equals = equalsOf({ "a/m": {}, "home/m": { firstContentP95Ms: p95 } });
  keepConversation(equals, "home/m");
  expect(equals.map((contender) => contender.patienceMs)).toEqual([patienceMs, undefined]);
});
