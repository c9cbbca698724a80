import type { JsonObject, JsonValue } from "../../model/json.ts";
import { numberOf } from "../json/read.ts";
import { PROMPT_SIZE_PATTERNS, WINDOW_SIZE_PATTERNS } from "./overflow-patterns.ts";

/**
 * What is known of an overflow in tokens: `promptTokens` and `contextLength`, from the error's own
 * fields (llama.cpp states them) or from the words of its message.
 */
export function tokenCounts(facts: JsonObject, message: string): { readonly [key: string]: JsonValue } {
  const promptTokens = numberOf(facts["n_prompt_tokens"]) ?? firstCount(PROMPT_SIZE_PATTERNS, message);
  const contextLength = numberOf(facts["n_ctx"]) ?? firstCount(WINDOW_SIZE_PATTERNS, message);
  return {
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(contextLength === undefined ? {} : { contextLength }),
  };
}

function firstCount(patterns: readonly RegExp[], message: string): number | undefined {
  for (const pattern of patterns) {
    const digits = pattern.exec(message)?.[1]?.replaceAll(",", "");
    if (digits !== undefined && digits !== "" && Number.isSafeInteger(Number(digits))) return Number(digits);
  }
  return undefined;
}
