import type { JsonObject } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { normalizeUsage } from "../assembly/usage.ts";
import { present } from "../failure/present.ts";
import { numberOf, objectOf } from "../json/read.ts";
import { compactionIn, withCompaction } from "./compaction-usage.ts";

/** Counts of the dialect's own that pass as they are. */
const OWN_COUNTS = ["cache_creation", "server_tool_use", "iterations", "inference_geo"] as const;

/** The token counts of one answer, which its events give in parts: each says again what changed. */
export class UsageCounts {
  #raw: JsonObject = {};

  /** Gives all that is known, where these say anything. */
  add(counts: JsonObject): TokenUsage | undefined {
    const said = Object.entries(counts).filter(([, value]) => value !== null && value !== undefined);
    if (said.length === 0) return undefined;
    this.#raw = { ...this.#raw, ...Object.fromEntries(said) };
    return readUsage(this.#raw);
  }
}

/** A usage object of the dialect. */
export function readUsage(raw: JsonObject): TokenUsage {
  const thinking = numberOf(objectOf(raw["output_tokens_details"])?.["thinking_tokens"]);
  const usage = { ...normalizeUsage(withCompaction(raw)), raw };
  return usage.reasoningTokens === undefined && thinking !== undefined
    ? { ...usage, reasoningTokens: thinking }
    : usage;
}

/** Token counts in the dialect. Its readers do sums with these four, so that they are always there. */
export function wireUsage(usage: TokenUsage | undefined): JsonObject {
  const {
    promptTokens = 0,
    cacheReadTokens = 0,
    cacheWriteTokens = 0,
    cacheWrite1hTokens,
    completionTokens = 0,
    reasoningTokens,
    raw,
  } = usage ?? { raw: {} };
  // Its entry says it again.
  const spent = compactionIn(raw);
  const written = cacheWriteTokens - spent.cacheWrite;
  const kept = cacheWrite1hTokens === undefined ? undefined : Math.max(0, cacheWrite1hTokens - spent.cacheWrite1h);
  return {
    input_tokens: Math.max(0, promptTokens - cacheReadTokens - cacheWriteTokens - spent.input),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cacheReadTokens - spent.cacheRead,
    output_tokens: completionTokens - spent.output,
    ...(kept !== undefined && {
      cache_creation: { ephemeral_5m_input_tokens: written - kept, ephemeral_1h_input_tokens: kept },
    }),
    ...(reasoningTokens !== undefined && { output_tokens_details: { thinking_tokens: reasoningTokens } }),
    ...present(Object.fromEntries(OWN_COUNTS.map((name) => [name, raw[name]]))),
  };
}
