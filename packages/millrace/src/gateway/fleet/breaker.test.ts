import { describe, expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

/** The middle of every jitter. */
const EVEN = (): number => 0.5;

function call(breaker: Breaker, nowMs: number, works: boolean): void {
  const ticket = breaker.enter(nowMs);
  if (!works) return breaker.failed(ticket, nowMs, "502 server", true);
  breaker.hadContent(ticket, nowMs);
  breaker.answered(ticket, nowMs);
}

function calls(breaker: Breaker, nowMs: number, outcomes: string): void {
  for (const outcome of outcomes) call(breaker, nowMs, outcome === "+");
}

function opened(random: () => number = EVEN): Breaker {
  const breaker = new Breaker(random);
  calls(breaker, 0, "-----");
  return breaker;
}

/** Opened at 0, and tried with success at 1000. */
function cameBack(): Breaker {
  const breaker = opened();
  breaker.hadContent(breaker.enter(1000), 1000);
  return breaker;
}

describe("opens", () => {
  test.each<[string, string, boolean]>([
    ["not after four failures in a row", "----", false],
    ["after five", "-----", true],
    ["not after many that are no row", "--+----+----+----+", false],
    ["not when half of fewer than twenty failed", "-+-+-+-+-+-+-+-+-+-+", false],
    ["when half of twenty failed, the last too", "+-+-+-+-+-+-+-+-+-+-", true],
    ["not when a third did", "++-++-++-++-++-++-++-++-++-++-++-", false],
  ])("%s", (_, outcomes, expected) => {
    const breaker = new Breaker(EVEN);
    calls(breaker, 0, outcomes);
    expect(breaker.closure(0) !== undefined).toBe(expected);
  });

  test("not for failures of which most are old", () => {
    const breaker = new Breaker(EVEN);
    calls(breaker, 0, "-+-+-+-+-+-+-+-+-+");
    calls(breaker, 60_000, "+-+--");
    expect(breaker.closure(60_000)).toBeUndefined();
  });

  test("and says why", () => {
    expect(opened().closure(0)).toEqual({ untilMs: 1000, reason: "5 failures in a row, the last: 502 server" });
    const half = new Breaker(EVEN);
    calls(half, 0, "+-+-+-+-+-+-+-+-+-+-");
    expect(half.closure(0)?.reason).toBe("most of its calls failed, the last: 502 server");
  });

  test("for a time that differs, so that those who were closed together do not come back together", () => {
    expect(opened(() => 0).closure(0)?.untilMs).toBe(800);
    expect(opened(() => 0.999).closure(0)?.untilMs).toBeCloseTo(1200, -1);
  });
});

describe("half open", () => {
  test("lets one call try, and keeps the others away until it has content", () => {
    const breaker = opened();
    expect(breaker.closure(1000)).toBeUndefined();
    const ticket = breaker.enter(1000);
    expect(breaker.closure(1000)?.reason).toBe(
      "one call tries it again after 5 failures in a row, the last: 502 server",
    );
    breaker.hadContent(ticket, 1500);
    expect(breaker.closure(1500)).toBeUndefined();
  });

  test("a trial that fails opens it for twice the time, up to half a minute", () => {
    const breaker = opened();
    const times: number[] = [];
    let nowMs = 1000;
    for (let count = 0; count < 7; count += 1) {
      call(breaker, nowMs, false);
      const untilMs = breaker.closure(nowMs)?.untilMs ?? nowMs;
      times.push(untilMs - nowMs);
      nowMs = untilMs;
    }
    expect(times).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("a trial that was called off leaves it to the next call", () => {
    const breaker = opened();
    breaker.left(breaker.enter(1000), 1200, true);
    expect(breaker.closure(1200)).toBeUndefined();
    breaker.enter(1200);
    expect(breaker.closure(1200)).toBeDefined();
  });

  test("a trial that takes half a minute is not waited for any longer", () => {
    const breaker = opened();
    const slow = breaker.enter(1000);
    expect(breaker.closure(30_999)).toBeDefined();
    expect(breaker.closure(31_000)).toBeUndefined();
    breaker.enter(31_000);
    breaker.hadContent(slow, 32_000);
    expect(breaker.closure(32_000)).toBeUndefined();
  });

  test("what began before it opened does not count, neither for nor against", () => {
    const breaker = new Breaker(EVEN);
    const early = [breaker.enter(0), breaker.enter(0), breaker.enter(0)] as const;
    calls(breaker, 0, "-----");
    breaker.failed(early[0], 500, "502 server", true);
    expect(breaker.closure(500)?.untilMs).toBe(1000);
    const trial = breaker.enter(1000);
    breaker.hadContent(early[1], 1100);
    breaker.answered(early[1], 1100);
    expect(breaker.inARow).toBe(5);
    expect(breaker.closure(1100)).toBeDefined();
    breaker.hadContent(trial, 1200);
    breaker.failed(early[2], 1300, "502 server", true);
    expect(breaker.closure(1300)).toBeUndefined();
  });

  test("a look that finds it in order lets the trial begin at once; one that does not puts it off", () => {
    const breaker = opened();
    breaker.looksGood(200);
    expect(breaker.closure(200)).toBeUndefined();
    const other = opened();
    other.looksBad(1000, "connection");
    expect(other.closure(1000)?.untilMs).toBe(2000);
  });
});

describe("coming back", () => {
  test("takes one more at once for each that had content: first two, then twice as many each time", () => {
    const breaker = cameBack();
    const rounds: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const tickets: number[] = [];
      while (!breaker.isHeldBack(1000)) tickets.push(breaker.enter(1000));
      rounds.push(tickets.length);
      for (const ticket of tickets) breaker.hadContent(ticket, 1000);
    }
    expect(rounds).toEqual([2, 4, 8]);
  });

  test("is over after sixteen with content, or ten seconds", () => {
    const busy = cameBack();
    for (let count = 0; count < 15; count += 1) call(busy, 1000, true);
    expect(busy.isTripped(1000)).toBe(false);
    const quiet = cameBack();
    expect(quiet.isTripped(10_999)).toBe(true);
    expect(quiet.isTripped(11_000)).toBe(false);
    for (let count = 0; count < 100; count += 1) quiet.enter(11_000);
    expect(quiet.isHeldBack(11_000)).toBe(false);
  });

  test("one failure opens it again, for longer", () => {
    const breaker = cameBack();
    call(breaker, 2000, false);
    expect(breaker.closure(2000)?.untilMs).toBe(4000);
  });

  test("so does the trial itself when it breaks off after content", () => {
    const breaker = opened();
    const trial = breaker.enter(1000);
    breaker.hadContent(trial, 1000);
    breaker.failed(trial, 2000, "truncated", false);
    expect(breaker.closure(2000)?.untilMs).toBe(4000);
  });

  test("once it has recovered, it takes five failures again, and opens for a second", () => {
    const breaker = cameBack();
    calls(breaker, 1000, "+++++++++++++++");
    calls(breaker, 20_000, "----");
    expect(breaker.closure(20_000)).toBeUndefined();
    call(breaker, 20_000, false);
    expect(breaker.closure(20_000)?.untilMs).toBe(21_000);
  });
});

test("a start that was seen closes it at once and whole", () => {
  const breaker = opened();
  breaker.reset();
  expect(breaker.closure(0)).toBeUndefined();
  expect([breaker.isTripped(0), breaker.isHeldBack(0), breaker.inARow]).toEqual([false, false, 0]);
});
