import { expect, test } from "vitest";
import { kindAt, KINDS } from "./kinds.ts";
import { randomOfRequest } from "./random.ts";

/** The kinds of the first requests of a run. */
const drawn = (seed: number, count = 500): string[] =>
  Array.from({ length: count }, (_, tag) => kindAt(randomOfRequest(seed, tag)()).name);

test("the same seed draws the same requests, another seed others", () => {
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});

test("every kind is drawn about as often as its share says", () => {
  const count = 40_000;
  const counts = Map.groupBy(drawn(1, count), (name) => name);
  const total = KINDS.reduce((sum, { share }) => sum + share, 0);
  for (const { name, share } of KINDS) {
    const expected = (count * share) / total;
    // Four standard deviations of a count.
    expect(Math.abs((counts.get(name)?.length ?? 0) - expected), name).toBeLessThan(4 * Math.sqrt(expected));
  }
});

test("each kind has a name of its own: it is the name of its key too", () => {
  expect(new Set(KINDS.map(({ name }) => name)).size).toBe(KINDS.length);
});
