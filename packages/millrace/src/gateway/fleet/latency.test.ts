import { describe, expect, test } from "vitest";
import { Latency } from "./latency.ts";

/** Answers one second apart. */
function afterAnswers(...durations: readonly number[]): Latency {
  const latency = new Latency();
  for (const [at, ms] of durations.entries()) latency.observe(ms, at * 1000);
  return latency;
}

test("nothing is estimated before the first answer, nor long after the last", () => {
  expect(new Latency().estimateMs(0)).toBeUndefined();
  const latency = afterAnswers(300);
  expect(latency.estimateMs(600_000)).toBeDefined();
  expect(latency.estimateMs(600_001)).toBeUndefined();
});

test("a slow answer counts at once and whole", () => {
  expect(afterAnswers(100, 100, 4000).estimateMs(2000)).toBe(4000);
});

test("quick answers take a peak back slowly, by time and not by number", () => {
  const latency = afterAnswers(100, 4000);
  for (let count = 0; count < 100; count += 1) latency.observe(100, 1000);
  expect(latency.estimateMs(1000)).toBe(4000);
  latency.observe(100, 11_000);
  expect(latency.estimateMs(11_000)).toBeCloseTo(100 + 3900 / Math.E, 0);
});

test("while nobody asks, a peak fades to what is usual, and no further", () => {
  const latency = afterAnswers(...Array<number>(9).fill(1000), 8000);
  expect(latency.estimateMs(9_000)).toBe(8000);
  expect(latency.estimateMs(19_000)).toBeLessThan(4000);
  expect(latency.estimateMs(300_000)).toBeGreaterThan(900);
  expect(latency.estimateMs(300_000)).toBeLessThan(1200);
});

test("the 95th percentile needs twenty answers", () => {
  expect(afterAnswers(...Array<number>(19).fill(100)).p95Ms).toBeUndefined();
  expect(afterAnswers(...Array<number>(20).fill(100)).p95Ms).toBeGreaterThan(80);
});

describe("a call that was given up", () => {
  test("says nothing when it was given up sooner than an answer was to be expected", () => {
    const latency = afterAnswers(500);
    latency.outlasted(400, 0);
    expect(latency.estimateMs(0)).toBe(500);
    const unknown = new Latency();
    unknown.outlasted(400, 0);
    expect(unknown.estimateMs(0)).toBeUndefined();
  });

  test("says that the target is slow when it had waited longer", () => {
    const latency = afterAnswers(500);
    latency.outlasted(2000, 0);
    expect(latency.estimateMs(0)).toBe(2000);
  });

  test("keeps the percentile from sinking when always the slowest are given up", () => {
    const latency = new Latency();
    for (let at = 0; at < 400; at += 1) {
      if (at % 5 === 0) latency.outlasted(3000, at * 60_000);
      else latency.observe(100, at * 60_000);
    }
    expect(latency.p95Ms).toBeGreaterThan(2500);
  });
});
