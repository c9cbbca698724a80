import { waitUntil } from "./retry-after.ts";

type Headers = Readonly<Record<string, string>>;

/** What is left of each limit, when it resets, and how much it is: OpenAI and its like, OpenRouter, Cerebras, Anthropic. */
const LIMITS: readonly (readonly [remaining: string, reset: string, limit: string])[] = [
  "x-ratelimit-remaining-requests",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-remaining",
  "ratelimit-remaining",
  "x-ratelimit-remaining-requests-day",
  "x-ratelimit-remaining-tokens-minute",
  "anthropic-ratelimit-requests-remaining",
  "anthropic-ratelimit-tokens-remaining",
  "anthropic-ratelimit-input-tokens-remaining",
  "anthropic-ratelimit-output-tokens-remaining",
].map((name) => [name, name.replace("remaining", "reset"), name.replace("remaining", "limit")]);

/**
 * How long nothing more can be had, where the headers of a reply say that a limit is used up and when it resets: the
 * reply itself may be a good one. Of several, the last to reset.
 *
 * @returns milliseconds; nothing where something is left, or nobody says when there will be
 */
export function usedUpForMs(headers: Headers, wallNowMs: number): number | undefined {
  if (!tellsWhatIsLeft(headers)) return undefined;
  let longestMs: number | undefined;
  for (const [remaining, reset, limit] of LIMITS) {
    const left = headers[remaining];
    if (left === undefined || !isNothing(left) || isNothing(headers[limit])) continue;
    const waitMs = waitUntil(headers[reset]?.trim() ?? "", wallNowMs);
    if (waitMs !== undefined && waitMs > (longestMs ?? 0)) longestMs = waitMs;
  }
  return longestMs;
}

/** Looking for each of the names costs ten times as much, and most replies have none of them. */
function tellsWhatIsLeft(headers: Headers): boolean {
  for (const name in headers) if (name.includes("remaining")) return true;
  return false;
}

/** A limit of nothing is none: some servers send zeros where nothing is limited. */
function isNothing(amount: string | undefined): boolean {
  return amount !== undefined && amount !== "" && Number(amount) <= 0;
}
