import { describe, expect, test } from "vitest";
import type { FailureKind } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { Cooldown } from "./cooldown.ts";

type More = Parameters<typeof failureOf>[2];

/** Called at 0, failed at 100. */
function afterFailure(kind: FailureKind, more?: More): Cooldown {
  const cooldown = new Cooldown();
  cooldown.failed(failureOf(kind, "", more), 0, 100);
  return cooldown;
}

function restMs(cooldown: Cooldown, nowMs: number): number {
  return (cooldown.closure(nowMs)?.untilMs ?? nowMs) - nowMs;
}

describe("how long it rests", () => {
  test.each<[FailureKind, number, More?]>([
    ["auth", 60_000],
    ["permission", 60_000],
    ["quota", 600_000],
    ["model_not_found", 60_000],
    ["rate_limit", 1_000],
    ["rate_limit", 20_000, { retryAfterMs: 20_000 }],
    ["quota", 5_000, { retryAfterMs: 5_000 }],
    ["overloaded", 0],
    ["overloaded", 3_000, { retryAfterMs: 3_000 }],
    ["server", 3_000, { retryAfterMs: 3_000 }],
    // In case the server is wrong: an hour, then it is asked again.
    ["rate_limit", 3_600_000, { retryAfterMs: 86_400_000 }],
  ])("after %s: %i ms (%o)", (kind, expected, more) => {
    expect(restMs(afterFailure(kind, more), 100)).toBe(expected);
  });
});

test("says why, and for how long", () => {
  const limited = afterFailure("rate_limit", { retryAfterMs: 2000, upstream: { status: 429 } });
  expect(limited.closure(100)).toEqual({
    untilMs: 2100,
    reason: "cooling down after 429",
    kind: "rate_limit",
    soft: false,
  });
  expect(afterFailure("auth").closure(100)?.reason).toBe("its key is refused after auth");
});

test("ends by itself", () => {
  const cooldown = afterFailure("rate_limit");
  expect(cooldown.closure(1_099)).toBeDefined();
  expect(cooldown.closure(1_100)).toBeUndefined();
});

test("a limit that nobody explains is given more time with each call that meets it, up to a minute", () => {
  const cooldown = new Cooldown();
  const rests: number[] = [];
  let nowMs = 0;
  for (let count = 0; count < 8; count += 1) {
    cooldown.failed(failureOf("rate_limit", ""), nowMs - 1, nowMs);
    rests.push(restMs(cooldown, nowMs));
    nowMs += restMs(cooldown, nowMs) + 10;
  }
  expect(rests).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test("calls that were under way together count as one", () => {
  const cooldown = new Cooldown();
  for (let count = 0; count < 20; count += 1) cooldown.failed(failureOf("rate_limit", ""), 0, 100 + count);
  expect(restMs(cooldown, 119)).toBeLessThanOrEqual(1000);
});

test("but the longest wait that one of them was told holds", () => {
  const cooldown = new Cooldown();
  for (const retryAfterMs of [1000, 30_000, 5000]) {
    cooldown.failed(failureOf("rate_limit", "", { retryAfterMs }), 0, 100);
  }
  expect(restMs(cooldown, 100)).toBe(30_000);
});

test("a call that works ends it, unless it began before", () => {
  const cooldown = afterFailure("rate_limit", { retryAfterMs: 9000 });
  cooldown.worked(50);
  expect(cooldown.closure(200)).toBeDefined();
  cooldown.worked(150);
  expect(cooldown.closure(200)).toBeUndefined();
});

test("a good reply that says nothing is left has the same effect, and shortens nothing", () => {
  const cooldown = new Cooldown();
  cooldown.usedUp(5000, 0);
  expect(cooldown.closure(0)).toMatchObject({ untilMs: 5000, reason: "its rate limit is used up" });
  cooldown.usedUp(3000, 0);
  expect(restMs(cooldown, 0)).toBe(5000);
});

test.each<[FailureKind, number]>([
  ["auth", 5000],
  ["quota", 5000],
  ["rate_limit", 0],
])("after %s its return is tried by one call, which the others wait %i ms for", (kind, expected) => {
  const cooldown = afterFailure(kind);
  const nowMs = 700_000;
  expect(cooldown.closure(nowMs)).toBeUndefined();
  cooldown.taken(nowMs);
  expect(restMs(cooldown, nowMs)).toBe(expected);
});
