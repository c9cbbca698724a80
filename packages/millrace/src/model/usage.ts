import type { JsonObject } from "./json.ts";

/**
 * Token counts as the server reported them. A number that was not reported is absent, never 0.
 */
export interface TokenUsage {
  readonly promptTokens?: number;
  /** Everything generated, reasoning included. */
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  /** Part of `promptTokens` that was read from a prompt cache. */
  readonly cacheReadTokens?: number;
  /** Part of `promptTokens` that was written to a prompt cache. */
  readonly cacheWriteTokens?: number;
  /** Part of `cacheWriteTokens` that is kept for an hour, which has a price of its own. */
  readonly cacheWrite1hTokens?: number;
  /** Part of `completionTokens` spent on reasoning. */
  readonly reasoningTokens?: number;
  /** Cost in US dollars where the server itself states it. */
  readonly reportedCostUsd?: number;
  /** The server's own object, last non-empty one seen. */
  readonly raw: JsonObject;
}
