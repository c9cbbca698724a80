import type { JsonObject } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { present } from "../failure/present.ts";
import { countOf, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/**
 * The dialect's token counts in our words. Its count of candidates leaves thoughts out, and its prompt leaves out what
 * the server's own tools gave the model to read; ours have both in them.
 */
export function readUsage(value: JsonField): TokenUsage | undefined {
  const raw = objectOf(value);
  if (raw === undefined || Object.keys(raw).length === 0) return undefined;
  const promptTokens = sum(countOf(raw["promptTokenCount"]), countOf(raw["toolUsePromptTokenCount"]));
  const reasoningTokens = countOf(raw["thoughtsTokenCount"]);
  const completionTokens = sum(countOf(raw["candidatesTokenCount"]), reasoningTokens);
  const cached = countOf(raw["cachedContentTokenCount"]);
  const totalTokens = countOf(raw["totalTokenCount"]) ?? sum(promptTokens, completionTokens);
  const cacheReadTokens = cached === undefined ? undefined : Math.min(cached, promptTokens ?? cached);
  return { ...present({ promptTokens, completionTokens, totalTokens, cacheReadTokens, reasoningTokens }), raw };
}

/** Ours in the dialect's words; the server's own object where it is one of the dialect. */
export function writeUsage(usage: TokenUsage): JsonObject {
  const { raw, promptTokens, completionTokens, cacheReadTokens, reasoningTokens } = usage;
  if (raw["promptTokenCount"] !== undefined || raw["candidatesTokenCount"] !== undefined) return raw;
  return present({
    promptTokenCount: promptTokens,
    candidatesTokenCount: completionTokens === undefined ? undefined : completionTokens - (reasoningTokens ?? 0),
    thoughtsTokenCount: reasoningTokens,
    cachedContentTokenCount: cacheReadTokens,
    totalTokenCount: usage.totalTokens ?? sum(promptTokens, completionTokens),
  });
}

const TIERS: Readonly<Record<string, string>> = { standard: "default", unspecified: "default" };

/** The service tier that a reply was given on, as other dialects call it. */
export function readServiceTier(usage: TokenUsage): string | undefined {
  const tier = usage.raw["serviceTier"];
  if (typeof tier !== "string") return undefined;
  return TIERS[tier.toLowerCase()] ?? tier.toLowerCase();
}

/** What is not reported adds nothing; nothing at all where neither is. */
function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
