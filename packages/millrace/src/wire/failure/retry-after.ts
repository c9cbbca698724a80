import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../json/read.ts";
import { parseDuration } from "./duration.ts";

type Headers = Readonly<Record<string, string>>;

/** A server that asks for a longer wait is taken to mean this: one day. */
export const MAX_RETRY_AFTER_MS: number = 24 * 60 * 60 * 1000;

const NUMBER = /^\d+(?:\.\d+)?$/u;
/** A header that proxies repeated, such as `2, 2`. */
const FIRST_OF_SEVERAL = /^(\d+(?:\.\d+)?)\s*,/u;
const HTTP_DATE = /^[a-z]{3}, \d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]0000)$/iu;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/u;

/** `x-ratelimit-reset`, `x-ratelimit-reset-tokens`, `anthropic-ratelimit-requests-reset`, `ratelimit-reset`. */
const RESET_HEADER = /^(?:x-)?ratelimit-reset(?:-|$)|^anthropic-ratelimit-.{1,40}-reset$/u;

/** `try again in 7.66s`, `Please retry after 26 seconds`, `retry in 1h2m3s`, `wait 30 seconds`. */
const IN_MESSAGE =
  /(?:(?:try again|retry)(?: (?:in|after))|wait)(?: (?:about|at least|for))? ((?:\d{1,15}(?:\.\d{1,15})? ?(?:[num]?s|m|h|d|secs?|mins?|milliseconds?|seconds?|minutes?|hours?|days?)(?: |\b|(?=\d))){1,6})/iu;

/** Fields of an error that hold a wait, and the milliseconds of their unit. */
const DETAIL_FIELDS: readonly (readonly [name: string, unitMs: number])[] = [
  ["retry_after_ms", 1],
  ["retryAfterMs", 1],
  ["retry_after", 1000],
  ["retryAfter", 1000],
  ["retry_after_seconds", 1000],
  // How long a sleeping model takes to load, on Hugging Face.
  ["estimated_time", 1000],
];

/** A number from here on is a moment, in seconds since the epoch; below, it is a wait in seconds. */
const FIRST_EPOCH_SECONDS = 1e9;
/** And from here on in milliseconds. */
const FIRST_EPOCH_MS = 1e11;

/**
 * How long the server asks to wait before trying again, in milliseconds, wherever it says so: in the
 * retry headers, in the headers that tell when a limit resets, in the message, in the error's details.
 * Nonsense and negative waits are ignored; long ones end at {@link MAX_RETRY_AFTER_MS}.
 *
 * `details` is the error object of the body.
 */
export function retryAfterMs(
  headers: Headers,
  message: string,
  details: JsonValue | undefined,
  wallNowMs: number,
): number | undefined {
  return (
    statedRetryAfterMs(headers, wallNowMs) ??
    clamp(resetOf(headers, wallNowMs)) ??
    impliedRetryAfterMs(message, details, wallNowMs)
  );
}

/** Only what the two retry headers say: `retry-after-ms`, then `retry-after`. */
export function statedRetryAfterMs(headers: Headers, wallNowMs: number): number | undefined {
  const inMs = headers["retry-after-ms"]?.trim();
  if (inMs !== undefined && NUMBER.test(inMs)) return clamp(Number(inMs));
  const stated = headers["retry-after"]?.trim();
  if (stated === undefined) return undefined;
  if (HTTP_DATE.test(stated)) return clamp(Math.max(0, Date.parse(stated) - wallNowMs));
  const seconds = NUMBER.test(stated) ? stated : FIRST_OF_SEVERAL.exec(stated)?.[1];
  return seconds === undefined ? undefined : clamp(Number(seconds) * 1000);
}

/** What the message or the error's own fields say. */
export function impliedRetryAfterMs(
  message: string,
  details: JsonValue | undefined,
  wallNowMs: number,
): number | undefined {
  return clamp(waitInMessage(message) ?? waitInDetails(objectOf(details), wallNowMs));
}

function waitInMessage(message: string): number | undefined {
  const words = IN_MESSAGE.exec(message)?.[1];
  return words === undefined ? undefined : parseDuration(words);
}

function waitInDetails(details: JsonObject | undefined, wallNowMs: number): number | undefined {
  if (details === undefined) return undefined;
  for (const [name, unitMs] of DETAIL_FIELDS) {
    const amount = numberOf(details[name]);
    if (amount !== undefined && amount >= 0) return amount * unitMs;
  }
  return retryDelay(details) ?? resetOf(headersWithin(details), wallNowMs);
}

/** Google's `details: [{ "@type": "…RetryInfo", retryDelay: "34s" }]`. */
function retryDelay(details: JsonObject): number | undefined {
  for (const detail of arrayOf(details["details"])) {
    const delay = isObject(detail) ? stringOf(detail["retryDelay"]) : undefined;
    if (delay !== undefined) return parseDuration(delay);
  }
  return undefined;
}

/** The upstream's headers that OpenRouter quotes in `metadata.headers`. */
function headersWithin(details: JsonObject): Headers {
  const quoted = objectOf(objectOf(details["metadata"])?.["headers"]) ?? {};
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(quoted)) {
    if (typeof value === "string" || typeof value === "number") headers[name.toLowerCase()] = String(value);
  }
  return headers;
}

/**
 * When the limits reset. There are often several (requests, tokens): those that are used up count,
 * else all of them, and of these the last to reset.
 */
function resetOf(headers: Headers, wallNowMs: number): number | undefined {
  const resets = Object.entries(headers).flatMap(([name, value]) => {
    if (!RESET_HEADER.test(name)) return [];
    const waitMs = waitUntil(value.trim(), wallNowMs);
    if (waitMs === undefined) return [];
    return [{ waitMs, usedUp: Number(headers[name.replace("reset", "remaining")] ?? "1") <= 0 }];
  });
  const usedUp = resets.filter((reset) => reset.usedUp);
  const counting = usedUp.length > 0 ? usedUp : resets;
  return counting.length === 0 ? undefined : Math.max(...counting.map((reset) => reset.waitMs));
}

/** A duration, seconds, a moment in epoch seconds or milliseconds, or an RFC 3339 time. Not the past. */
export function waitUntil(text: string, wallNowMs: number): number | undefined {
  const waitMs = NUMBER.test(text) ? waitOfNumber(Number(text), wallNowMs) : waitOfText(text, wallNowMs);
  return waitMs !== undefined && waitMs >= 0 ? waitMs : undefined;
}

function waitOfNumber(amount: number, wallNowMs: number): number {
  if (amount < FIRST_EPOCH_SECONDS) return amount * 1000;
  return (amount < FIRST_EPOCH_MS ? amount * 1000 : amount) - wallNowMs;
}

function waitOfText(text: string, wallNowMs: number): number | undefined {
  return RFC_3339.test(text) ? Date.parse(text) - wallNowMs : parseDuration(text);
}

/** Whole milliseconds, at most the longest wait; nothing for what is no number. */
function clamp(waitMs: number | undefined): number | undefined {
  if (waitMs === undefined || Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.round(waitMs), MAX_RETRY_AFTER_MS);
}
