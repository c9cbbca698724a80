import type { JsonObject } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { present } from "../failure/present.ts";

/**
 * Token counts in the dialect's words. Clients that find no counts in a finished answer take it for unfinished and ask
 * again without end (OpenCode), and others need every number: where the server gave none, it is 0.
 */
export function wireUsage(usage: TokenUsage | undefined): JsonObject {
  const { promptTokens = 0, completionTokens = 0, totalTokens, cacheReadTokens = 0, reasoningTokens = 0 } = usage ?? {};
  return {
    input_tokens: promptTokens,
    input_tokens_details: {
      cached_tokens: cacheReadTokens,
      ...present({ cache_write_tokens: usage?.cacheWriteTokens }),
    },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: totalTokens ?? promptTokens + completionTokens,
  };
}
