import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FairLine } from "./fair-line.ts";
import type { LineEntry } from "./share.ts";

const AGING_MS = 30_000;

/** `key` of priority 0, `key+2` of priority 2; in a number of milliseconds after the one before where there is an `@`. */
function lineOf(...arrivals: readonly string[]): { readonly line: FairLine<string>; readonly nowMs: number } {
  const line = new FairLine<string>({ agingMs: AGING_MS });
  let nowMs = 0;
  for (const arrival of arrivals) {
    const [who = "", afterMs = "0"] = arrival.split("@");
    nowMs += Number(afterMs);
    line.add(who, who.replace(/[+\d].*/, ""), Number(who.split("+")[1] ?? 0), nowMs);
  }
  return { line, nowMs };
}

function served(line: FairLine<string>, nowMs: number): string[] {
  return Array.from({ length: line.length }, () => line.take(nowMs) ?? "nobody");
}

describe("who is next", () => {
  test.each<[string, string[], string[]]>([
    ["whoever came first, within a key", ["a1", "a2", "a3"], ["a1", "a2", "a3"]],
    ["each key in turn", ["a1", "a2", "a3", "b1", "b2", "c1"], ["a1", "b1", "c1", "a2", "b2", "a3"]],
    ["the higher priority, whoever came first", ["a", "b+1", "c+5", "d+1"], ["c+5", "b+1", "d+1", "a"]],
    ["each key in turn within a priority", ["c", "a1+1", "a2+1", "b1+1"], ["a1+1", "b1+1", "a2+1", "c"]],
    ["a negative priority after all others", ["a+-1", "b", "c+-2"], ["b", "a+-1", "c+-2"]],
  ])("%s", (_fact, arrivals, order) => {
    const { line, nowMs } = lineOf(...arrivals);
    expect(served(line, nowMs)).toEqual(order);
  });

  test("a key that comes back has its turn after those who wait", () => {
    const { line } = lineOf("a1", "b1", "c1");
    expect(line.take(0)).toBe("a1");
    line.add("a2", "a", 0, 0);
    expect(served(line, 0)).toEqual(["b1", "c1", "a2"]);
  });

  test("a key whose only one left has lost its turn", () => {
    const line = new FairLine<string>({ agingMs: AGING_MS });
    const left = line.add("a1", "a", 0, 0);
    line.add("b1", "b", 0, 0);
    line.remove(left);
    line.add("a2", "a", 0, 0);
    expect(served(line, 0)).toEqual(["b1", "a2"]);
  });

  test("nobody, where nobody waits", () => {
    expect(lineOf().line.take(0)).toBeUndefined();
  });
});

describe("whoever waits long counts as the next priority up", () => {
  test.each<[string, string[], number, string]>([
    ["not before the time is over", ["old", "new+1@29999"], 0, "new+1"],
    ["then it is as good as any of that priority", ["old", "new+1@30000"], 0, "old"],
    ["one step, however far the next priority is", ["old", "new+1000@30000"], 0, "old"],
    ["also one below zero", ["old+-5", "new@30000"], 0, "old+-5"],
    ["two steps take twice as long", ["old", "mid+1@59000", "new+2@999"], 0, "new+2"],
    ["and then it is there", ["old", "mid+1@59000", "new+2@1000"], 0, "old"],
  ])("%s", (_fact, arrivals, laterMs, first) => {
    const { line, nowMs } = lineOf(...arrivals);
    expect(line.take(nowMs + laterMs)).toBe(first);
  });

  test("of one key, whoever waited longer is next", () => {
    const { line } = lineOf("a1", "a2+1@30000");
    expect(served(line, AGING_MS)).toEqual(["a1", "a2+1"]);
    const other = lineOf("a1+1", "a2@1").line;
    other.add("a3", "a", 1, AGING_MS + 1);
    expect(served(other, AGING_MS + 1)).toEqual(["a1+1", "a2", "a3"]);
  });

  test("and a priority that nobody has any more is no step on the way", () => {
    const line = new FairLine<string>({ agingMs: AGING_MS });
    line.add("old", "old", 0, 0);
    line.remove(line.add("mid", "mid", 1, 0));
    line.add("new", "new", 2, AGING_MS);
    expect(line.take(AGING_MS)).toBe("old");
  });

  test("but not above the highest: there each key has its turn, whoever waited longest", () => {
    const { line, nowMs } = lineOf("a1", "a2", "a3", "b1@300000");
    expect(served(line, nowMs)).toEqual(["a1", "b1", "a2", "a3"]);
  });
});

describe("who gives way in a line that is full", () => {
  test.each<[string, string[], string, string | undefined]>([
    ["the latest of the key that has most", ["a1", "a2", "a3", "b1"], "c", "a3"],
    ["its lowest priority first", ["a1", "a2", "a3+1"], "c", "a2"],
    ["nobody for a key that has as much", ["a1", "a2", "b1", "b2"], "b", undefined],
    ["nobody where that only turns things round", ["a1", "a2", "b1"], "b", undefined],
    ["nobody for the greedy one itself", ["a1", "a2", "a3"], "a", undefined],
    ["nobody where nobody waits", [], "a", undefined],
  ])("%s", (_fact, arrivals, asking, gives) => {
    expect(lineOf(...arrivals).line.givesWayTo(asking)?.item).toBe(gives);
  });
});

test("a priority with which a key waits no more does not hide whom it still has", () => {
  const { line } = lineOf("a1", "a2+1", "a3+1");
  expect(line.take(AGING_MS)).toBe("a1");
  expect(line.givesWayTo("b")?.item).toBe("a3+1");
});

test("whoever leaves twice is counted once", () => {
  const { line } = lineOf("b1");
  const [first] = ["a1", "a2", "a3"].map((item) => line.add(item, "a", 0, 0));
  if (first !== undefined) {
    line.remove(first);
    line.remove(first);
  }
  expect([line.length, line.givesWayTo("c")?.item]).toEqual([3, "a3"]);
});

test("all of a higher priority are ahead, and those who have risen to it", () => {
  const line = new FairLine<string>({ agingMs: AGING_MS });
  line.add("b", "b", 1, 0);
  line.add("c", "c", 2, AGING_MS);
  const last = line.add("a", "a", 0, AGING_MS);
  const middle = line.add("d", "d", 1, AGING_MS);
  const first = line.add("e", "e", 2, AGING_MS);
  expect([last, middle, first].map((entry) => line.ahead(entry, AGING_MS))).toEqual([4, 3, 2]);
});

const arrivals = fc.array(
  fc.record({ key: fc.constantFrom("a", "b", "c", "d"), priority: fc.integer({ min: 0, max: 3 }) }),
  {
    maxLength: 40,
    size: "max",
  },
);

test("how many are ahead is how many are served first, while nobody comes and nothing ages", () => {
  fc.assert(
    fc.property(arrivals, fc.nat(20), (all, takenBefore) => {
      const line = new FairLine<number>({ agingMs: AGING_MS });
      const entries = all.map(({ key }, index) => line.add(index, key, 0, 0));
      const gone = new Set(Array.from({ length: Math.min(takenBefore, all.length) }, () => line.take(0)));
      const ahead = new Map(
        entries.filter(({ item }) => !gone.has(item)).map((entry) => [entry.item, line.ahead(entry, 0)]),
      );
      for (let position = 0; line.length > 0; position += 1) expect(ahead.get(line.take(0) ?? -1)).toBe(position);
    }),
  );
});

type Step = { readonly does: "comes" | "leaves" | "served" | "time"; readonly at: number; readonly priority: number };
const steps = fc.array(
  fc.record({
    does: fc.constantFrom<Step["does"]>("comes", "comes", "comes", "leaves", "served", "served", "time"),
    at: fc.nat(1000),
    priority: fc.integer({ min: 0, max: 1 }),
  }),
  { maxLength: 120, size: "max" },
);

test("everyone comes out once, by turn or by leaving, and the line is empty then", () => {
  fc.assert(
    fc.property(steps, (script) => {
      const line = new FairLine<number>({ agingMs: 500 });
      const waiting: LineEntry<number>[] = [];
      let nowMs = 0;
      let came = 0;
      const serve = (): void => {
        const item = line.take(nowMs);
        const index = waiting.findIndex((entry) => entry.item === item);
        expect(index === -1).toBe(waiting.length === 0);
        waiting.splice(Math.max(0, index), 1);
      };
      for (const { does, at, priority } of script) {
        if (does === "time") nowMs += at;
        if (does === "served") serve();
        if (does === "comes") waiting.push(line.add((came += 1), `key ${at % 2}`, priority, nowMs));
        if (does === "leaves") {
          const [left] = waiting.splice(at % Math.max(1, waiting.length), 1);
          if (left !== undefined) line.remove(left);
          if (left !== undefined) line.remove(left);
        }
        expect(line.length).toBe(waiting.length);
      }
      while (waiting.length > 0) serve();
      expect([line.length, line.take(nowMs)]).toEqual([0, undefined]);
    }),
  );
});

test("no key is served twice while another one of its priority waits, and within a key nobody overtakes", () => {
  fc.assert(
    fc.property(steps, (script) => {
      const line = new FairLine<{ readonly key: number; readonly share: string; readonly number: number }>({
        agingMs: AGING_MS,
      });
      /** For each key's share of a priority, the numbers that wait, and which shares were served while they did. */
      const waiting = new Map<string, number[]>();
      const passedBy = new Map<string, Set<string>>();
      for (const [index, { does, at, priority }] of script.entries()) {
        if (does === "comes") {
          const [key, number] = [at % 4, index];
          const share = `${key}+${priority}`;
          line.add({ key, share, number }, `${key}`, priority, 0);
          waiting.set(share, [...(waiting.get(share) ?? []), number]);
          continue;
        }
        const item = line.take(0);
        if (item === undefined) continue;
        const { key, share } = item;
        expect(waiting.get(share)?.shift()).toBe(item.number);
        for (const mine of waiting.keys()) if (mine.startsWith(`${key}+`)) passedBy.delete(mine);
        for (const [other, numbers] of waiting) {
          if (numbers.length === 0 || other.startsWith(`${key}+`) || !other.endsWith(share.slice(1))) continue;
          const passed = passedBy.get(other) ?? new Set<string>();
          expect(passed.has(share)).toBe(false);
          passedBy.set(other, passed.add(share));
        }
      }
    }),
  );
});

test("nobody starves: however many of higher priority keep coming, the wait has a bound", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 4 }),
      (keys, priorities) => {
        const line = new FairLine<string>({ agingMs: AGING_MS });
        line.add("patient", "patient", 0, 0);
        const comeEachTime = keys * priorities.length;
        const stepMs = 1000;
        let nowMs = 0;
        for (let first = ""; first !== "patient"; nowMs += stepMs) {
          for (let each = 0; each < comeEachTime; each += 1) {
            line.add("pushing", `key ${each % keys}`, priorities[each % priorities.length] ?? 1, nowMs);
          }
          first = line.take(nowMs) ?? "nobody";
          expect(nowMs).toBeLessThanOrEqual(priorities.length * AGING_MS + (keys + 1) * stepMs);
        }
      },
    ),
    { numRuns: 20 },
  );
});
