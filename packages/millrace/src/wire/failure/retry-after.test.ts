import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { parseDuration } from "./duration.ts";
import { MAX_RETRY_AFTER_MS, retryAfterMs } from "./retry-after.ts";

/** 2026-11-22 12:00:00 UTC. */
const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

function fromHeaders(headers: Readonly<Record<string, string>>): number | undefined {
  return retryAfterMs(headers, "", undefined, NOW);
}

describe("conformance case 76: retry-after", () => {
  test.each([
    ["2", 2000],
    [" 2 ", 2000],
    ["0", 0],
    ["1.5", 1500],
    ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
    ["Sun, 22 Nov 2026 11:59:30 GMT", 0],
    ["-1", undefined],
    ["999999", MAX_RETRY_AFTER_MS],
    ["9".repeat(400), MAX_RETRY_AFTER_MS],
    ["2, 2", 2000],
    ["soon", undefined],
    ["soon 5", undefined],
    ["Sun, 99 Nov 2026 12:00:30 GMT", undefined],
    ["1e3", undefined],
    ["Infinity", undefined],
    ["", undefined],
  ])("%j gives %s", (value, waitMs) => {
    expect(fromHeaders({ "retry-after": value })).toBe(waitMs);
  });

  test("the longest wait is a day", () => {
    expect(MAX_RETRY_AFTER_MS).toBe(86_400_000);
  });
});

describe("conformance case 77: retry-after-ms goes first", () => {
  test.each([
    ["250", "1", 250],
    ["0.6", "1", 1],
    ["-5", "1", 1000],
    ["never", "1", 1000],
  ])("%s before %s gives %i", (inMs, inSeconds, waitMs) => {
    expect(fromHeaders({ "retry-after-ms": inMs, "retry-after": inSeconds })).toBe(waitMs);
  });
});

describe("conformance case 79: when limits reset", () => {
  test.each([
    ["OpenAI", "x-ratelimit-reset-tokens", "6m0s", 360_000],
    ["OpenAI", "x-ratelimit-reset-tokens", "7.66s", 7660],
    ["OpenAI", "x-ratelimit-reset-requests", "12ms", 12],
    ["OpenAI", "x-ratelimit-reset-requests", "1h2m3s", 3_723_000],
    ["Cerebras", "x-ratelimit-reset-tokens-minute", "11.38", 11_380],
    ["Together", "x-ratelimit-reset", "2", 2000],
    ["OpenRouter", "x-ratelimit-reset", String(NOW + 30_000), 30_000],
    ["Anthropic", "anthropic-ratelimit-unified-reset", String(NOW / 1000 + 60), 60_000],
    ["Anthropic", "anthropic-ratelimit-requests-reset", "2026-11-22T12:00:45Z", 45_000],
    ["Anthropic", "anthropic-ratelimit-requests-reset", "2026-11-22T13:00:45.5+01:00", 45_500],
    ["IETF draft", "ratelimit-reset", "5", 5000],
    ["in the past", "x-ratelimit-reset", String(NOW - 1), undefined],
    ["in the past", "anthropic-ratelimit-requests-reset", "2026-11-22T11:00:00Z", undefined],
    ["negative", "x-ratelimit-reset", "-3", undefined],
    ["garbage", "x-ratelimit-reset", "tomorrow 7", undefined],
    ["too far", "x-ratelimit-reset", "90h", MAX_RETRY_AFTER_MS],
    ["another header", "x-ratelimit-limit-tokens", "6000", undefined],
  ])("%s: %s: %s", (_server, name, value, waitMs) => {
    expect(fromHeaders({ [name]: value })).toBe(waitMs);
  });

  test("of several limits the ones that are used up count", () => {
    const headers = {
      "x-ratelimit-reset-requests": "2m0s",
      "x-ratelimit-remaining-requests": "14369",
      "x-ratelimit-reset-tokens": "7.66s",
      "x-ratelimit-remaining-tokens": "0",
    };
    expect(fromHeaders(headers)).toBe(7660);
  });

  test("where none is said to be used up, the last to reset counts", () => {
    expect(fromHeaders({ "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "9s" })).toBe(9000);
  });

  test("retry-after knows better", () => {
    expect(fromHeaders({ "retry-after": "1", "x-ratelimit-reset": "30" })).toBe(1000);
  });
});

describe("in the words of the message", () => {
  test.each([
    ["Please try again in 7.66s. Visit the docs.", 7660],
    ["Rate limit reached. Try again in 6m0s.", 360_000],
    ["Please try again in 250ms.", 250],
    ["Please retry in 34.07s.", 34_070],
    ["Please retry after 26 seconds.", 26_000],
    ["please wait 30 seconds", 30_000],
    ["wait for 2 minutes", 120_000],
    ["Please try again in 1h2m3s.", 3_723_000],
    ["try again in 1 hour 5 minutes", 3_900_000],
    ["try again in 3 days", MAX_RETRY_AFTER_MS],
    ["try again later", undefined],
    ["try again in a while", undefined],
    ["retry after 5 attempts", undefined],
    ["took 7.66s", undefined],
  ])("%s", (message, waitMs) => {
    expect(retryAfterMs({}, message, undefined, NOW)).toBe(waitMs);
  });
});

describe("in the error's own fields", () => {
  test.each<[string, JsonValue | undefined, number | undefined]>([
    ["Gemini (conformance case 51)", { details: [{ x: 1 }, { retryDelay: "34s" }] }, 34_000],
    ["Gemini, in parts of a second", { details: [{ retryDelay: "34.074824224s" }] }, 34_075],
    ["Hugging Face", { estimated_time: 20.5 }, 20_500],
    ["retry_after in seconds", { retry_after: 3 }, 3000],
    ["retry_after_ms", { retry_after_ms: 3 }, 3],
    ["negative", { retry_after: -3 }, undefined],
    ["no number", { retry_after: "3" }, undefined],
    ["OpenRouter, quoted headers", { metadata: { headers: { "X-RateLimit-Reset": NOW + 5000 } } }, 5000],
    ["no object", ["x"], undefined],
    ["nothing", undefined, undefined],
  ])("%s", (_title, details, waitMs) => {
    expect(retryAfterMs({}, "", details, NOW)).toBe(waitMs);
  });

  test("headers go before the message, and the message before the fields", () => {
    const [message, details] = ["try again in 2s", { retry_after: 3 }];
    expect(retryAfterMs({ "retry-after": "1" }, message, details, NOW)).toBe(1000);
    expect(retryAfterMs({}, message, details, NOW)).toBe(2000);
  });
});

describe("durations", () => {
  test.each([
    ["1.5h", 5_400_000],
    ["2 days", 172_800_000],
    ["500µs", 0.5],
    ["", undefined],
    ["5", undefined],
    ["5 parsecs", undefined],
    ["5constructor", undefined],
    ["5s later", undefined],
  ])("%j", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});
