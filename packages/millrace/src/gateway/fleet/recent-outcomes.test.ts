import fc from "fast-check";
import { expect, test } from "vitest";
import { RecentOutcomes } from "./recent-outcomes.ts";

test("all are good before the first", () => {
  const outcomes = new RecentOutcomes();
  expect([outcomes.goodShare(0), outcomes.total(0)]).toEqual([1, 0]);
});

test("counts good and bad, and forgets them after half a minute", () => {
  const outcomes = new RecentOutcomes();
  outcomes.add(true, 0);
  outcomes.add(true, 1_000);
  outcomes.add(true, 12_000);
  outcomes.add(false, 12_000);
  expect(outcomes.goodShare(12_000)).toBe(0.75);
  expect(outcomes.goodShare(29_999)).toBe(0.75);
  expect(outcomes.goodShare(30_000)).toBe(0.5);
  expect(outcomes.total(45_000)).toBe(0);
  expect(outcomes.goodShare(1e9)).toBe(1);
});

test("is what a scan of the last spans would say, whatever came when", () => {
  const step = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40_000 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const outcomes = new RecentOutcomes();
      const seen: (readonly [isGood: boolean, span: number])[] = [];
      let nowMs = 0;
      for (const [isGood, afterMs] of steps) {
        nowMs += afterMs;
        outcomes.add(isGood, nowMs);
        const span = Math.floor(nowMs / 5000);
        seen.push([isGood, span]);
        const recent = seen.filter(([, of]) => of > span - 6);
        expect(outcomes.total(nowMs)).toBe(recent.length);
        expect(outcomes.goodShare(nowMs)).toBe(recent.filter(([good]) => good).length / recent.length);
      }
    }),
  );
});
