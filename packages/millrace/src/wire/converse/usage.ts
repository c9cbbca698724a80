import type { JsonObject } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { normalizeUsage } from "../assembly/usage.ts";
import { present } from "../failure/present.ts";
import { arrayOf, numberOf, objectOf } from "../json/read.ts";

/** Token counts; like Anthropic's, the input leaves out what was read from the cache or written to it. */
export function converseUsage(raw: JsonObject): TokenUsage {
  const input = numberOf(raw["inputTokens"]);
  const output = numberOf(raw["outputTokens"]);
  const read = numberOf(raw["cacheReadInputTokens"]);
  const write = numberOf(raw["cacheWriteInputTokens"]);
  const hour = arrayOf(raw["cacheDetails"]).find((detail) => objectOf(detail)?.["ttl"] === "1h");
  const total = numberOf(raw["totalTokens"]);
  const sum = (input ?? 0) + (output ?? 0) + (read ?? 0) + (write ?? 0);
  const counts = present({
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: write,
    cache_creation: hour && present({ ephemeral_1h_input_tokens: objectOf(hour)?.["inputTokens"] }),
    // A total that leaves the cache out is none.
    total_tokens: total === undefined || total < sum ? undefined : total,
  });
  return { ...normalizeUsage(counts), raw };
}
