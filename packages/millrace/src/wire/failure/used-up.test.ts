import { expect, test } from "vitest";
import { usedUpForMs } from "./used-up.ts";

const NOW = Date.UTC(2026, 0, 1);

test.each<[string, Readonly<Record<string, string>>, number | undefined]>([
  ["no limits", { "content-type": "application/json" }, undefined],
  ["something is left", { "x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "1m" }, undefined],
  ["requests are used up", { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m" }, 60_000],
  ["more than all was used", { "x-ratelimit-remaining-tokens": "-12", "x-ratelimit-reset-tokens": "250ms" }, 250],
  ["in epoch milliseconds", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW + 5000) }, 5000],
  ["in seconds, as the draft of the IETF has it", { "ratelimit-remaining": "0", "ratelimit-reset": "7" }, 7000],
  [
    "in a time of day, as Anthropic has it",
    {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:09Z",
      "anthropic-ratelimit-tokens-remaining": "5",
      "anthropic-ratelimit-tokens-reset": "2026-01-01T00:01:00Z",
    },
    9000,
  ],
  [
    "of two that are used up, the last counts",
    {
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "2s",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "30s",
    },
    30_000,
  ],
  ["nobody says until when", { "x-ratelimit-remaining": "0" }, undefined],
  ["until a moment that has passed", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000" }, undefined],
  [
    "a limit of nothing is no limit",
    { "x-ratelimit-limit": "0", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" },
    undefined,
  ],
  ["nonsense", { "x-ratelimit-remaining": "none", "x-ratelimit-reset": "later" }, undefined],
  ["an empty value", { "x-ratelimit-remaining": "", "x-ratelimit-reset": "9" }, undefined],
])("%s", (_, headers, expected) => {
  expect(usedUpForMs(headers, NOW)).toBe(expected);
});
