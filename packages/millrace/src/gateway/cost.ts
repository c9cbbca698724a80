import type { CostUsd } from "../model/money.ts";
import type { TokenUsage } from "../model/usage.ts";
import type { Price } from "./plan.ts";

const MILLION = 1_000_000;

/** What an answer cost: as the server states it, else by the price. Without either it is unknown, and never 0. */
export function costOf(usage: TokenUsage | undefined, price: Price | undefined): CostUsd {
  if (usage?.reportedCostUsd !== undefined) return usage.reportedCostUsd;
  const { promptTokens, completionTokens, cacheReadTokens = 0 } = usage ?? {};
  const { cacheWriteTokens = 0, cacheWrite1hTokens = 0 } = usage ?? {};
  if (price === undefined || promptTokens === undefined || completionTokens === undefined) return "unknown";
  const { inputUsd, outputUsd, cacheReadUsd = inputUsd, cacheWriteUsd = inputUsd } = price;
  const { cacheWrite1hUsd = cacheWriteUsd } = price;
  const read = Math.min(cacheReadTokens, promptTokens);
  const written = Math.min(cacheWriteTokens, promptTokens - read);
  const hour = Math.min(cacheWrite1hTokens, written);
  const cached = read * cacheReadUsd + (written - hour) * cacheWriteUsd + hour * cacheWrite1hUsd;
  const input = (promptTokens - read - written) * inputUsd;
  return (input + cached + completionTokens * outputUsd) / MILLION;
}
