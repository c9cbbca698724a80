import type { JsonObject } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { arrayOf, countOf, isObject, numberOf, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/**
 * Follows the token counts of one reply, wherever its chunks hold them. Counts are never added up:
 * the last object that says something wins, since some servers repeat a growing total. Counts taken
 * from timings stand only while no usage object came.
 */
export class UsageReader {
  readonly #costField: string | undefined;
  #usage: TokenUsage | undefined;
  #reported = false;

  /** `costField`: the field of a usage object that holds a cost in dollars. */
  constructor(options: { readonly costField?: string | undefined }) {
    this.#costField = options.costField;
  }

  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  /** Reads a chunk or a whole reply. Gives the usage if this changed it. */
  read(reply: JsonObject): TokenUsage | undefined {
    const raw = usageObject(reply);
    if (raw !== undefined) return this.#take(raw);
    return this.#reported ? undefined : this.#takeTimings(objectOf(reply["timings"]));
  }

  #take(raw: JsonObject): TokenUsage | undefined {
    if (this.#reported && this.#usage !== undefined && countsSomething(this.#usage.raw) && !countsSomething(raw)) {
      return undefined;
    }
    this.#reported = true;
    this.#usage = normalizeUsage(raw, this.#costField);
    return this.#usage;
  }

  #takeTimings(timings: JsonObject | undefined): TokenUsage | undefined {
    const usage = timings === undefined ? undefined : usageOfTimings(timings);
    if (usage !== undefined) this.#usage = usage;
    return usage;
  }
}

/**
 * One server's usage object in our words. What is not reported stays absent; parts never exceed
 * their whole, so that a difference of two of these numbers is never negative.
 */
export function normalizeUsage(raw: JsonObject, costField?: string): TokenUsage {
  const prompt = promptCounts(raw);
  const completion = completionCounts(raw, prompt.promptTokens);
  const totalTokens = countOf(raw["total_tokens"]) ?? sum(prompt.promptTokens, completion.completionTokens);
  const reportedCostUsd = costField === undefined ? undefined : amount(raw[costField]);
  const counts: Writable<Omit<TokenUsage, "raw">> = { ...prompt, ...completion };
  if (totalTokens !== undefined) counts.totalTokens = totalTokens;
  if (reportedCostUsd !== undefined) counts.reportedCostUsd = reportedCostUsd;
  return { ...counts, raw };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

type PromptCounts = Pick<TokenUsage, "promptTokens" | "cacheReadTokens" | "cacheWriteTokens" | "cacheWrite1hTokens">;

function promptCounts(raw: JsonObject): PromptCounts {
  const details = objectOf(raw["prompt_tokens_details"]) ?? objectOf(raw["prompt_token_details"]);
  const inputDetails = objectOf(raw["input_tokens_details"]);
  const read =
    countOf(details?.["cached_tokens"]) ??
    countOf(inputDetails?.["cached_tokens"]) ??
    countOf(raw["cached_tokens"]) ??
    countOf(raw["num_cached_tokens"]) ??
    countOf(raw["prompt_cache_hit_tokens"]) ??
    countOf(raw["cache_read_input_tokens"]);
  const write = countOf(raw["cache_creation_input_tokens"]) ?? countOf(details?.["cache_write_tokens"]);
  const prompt = countOf(raw["prompt_tokens"]) ?? inputCount(raw);
  const cacheReadTokens = atMost(read, prompt);
  const cacheWriteTokens = atMost(write, prompt === undefined ? undefined : prompt - (cacheReadTokens ?? 0));
  const hour = countOf(objectOf(raw["cache_creation"])?.["ephemeral_1h_input_tokens"]);
  const counts: Writable<PromptCounts> = {};
  if (prompt !== undefined) counts.promptTokens = prompt;
  if (cacheReadTokens !== undefined) counts.cacheReadTokens = cacheReadTokens;
  if (cacheWriteTokens !== undefined) counts.cacheWriteTokens = cacheWriteTokens;
  if (hour !== undefined) counts.cacheWrite1hTokens = Math.min(hour, cacheWriteTokens ?? 0);
  return counts;
}

/** `input_tokens` beside Anthropic's cache counts leaves those out; alone it is the whole prompt. */
function inputCount(raw: JsonObject): number | undefined {
  const input = countOf(raw["input_tokens"]);
  if (input === undefined) return undefined;
  return input + (countOf(raw["cache_read_input_tokens"]) ?? 0) + (countOf(raw["cache_creation_input_tokens"]) ?? 0);
}

type CompletionCounts = Pick<TokenUsage, "completionTokens" | "reasoningTokens">;

function completionCounts(raw: JsonObject, promptTokens: number | undefined): CompletionCounts {
  const details = objectOf(raw["completion_tokens_details"]) ?? objectOf(raw["output_tokens_details"]);
  const reasoning = countOf(details?.["reasoning_tokens"]) ?? countOf(raw["reasoning_tokens"]);
  const reported = countOf(raw["completion_tokens"]) ?? countOf(raw["output_tokens"]);
  if (reported === undefined) return reasoning === undefined ? {} : { reasoningTokens: reasoning };
  // Where the total only adds up with the reasoning beside it, the server counts reasoning apart.
  const total = countOf(raw["total_tokens"]);
  const apart = reasoning !== undefined && reasoning > 0 && total === (promptTokens ?? 0) + reported + reasoning;
  const completionTokens = apart ? reported + reasoning : reported;
  const reasoningTokens = atMost(reasoning, completionTokens);
  return { completionTokens, ...(reasoningTokens !== undefined && { reasoningTokens }) };
}

/**
 * llama.cpp's `timings` ride on the last chunk even when no usage was asked for. The usage object that
 * the server left out is written from them; they themselves stay where they are.
 */
function usageOfTimings(timings: JsonObject): TokenUsage | undefined {
  const fresh = countOf(timings["prompt_n"]);
  const completion = countOf(timings["predicted_n"]);
  if (fresh === undefined || completion === undefined) return undefined;
  const cached = countOf(timings["cache_n"]) ?? 0;
  return normalizeUsage({
    prompt_tokens: fresh + cached,
    completion_tokens: completion,
    total_tokens: fresh + cached + completion,
    prompt_tokens_details: { cached_tokens: cached },
  });
}

/** Looks where servers put a usage object, the most authoritative place first. */
function usageObject(reply: JsonObject): JsonObject | undefined {
  const given = nonEmpty(reply["usage"]) ?? nonEmpty(objectOf(reply["x_groq"])?.["usage"]);
  if (given !== undefined) return given;
  const choices = arrayOf(reply["choices"]);
  for (let at = choices.length - 1; at >= 0; at -= 1) {
    const { usage, delta, message } = objectOf(choices[at]) ?? {};
    const found = nonEmpty(usage) ?? nonEmpty(objectOf(delta)?.["usage"]) ?? nonEmpty(objectOf(message)?.["usage"]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nonEmpty(value: JsonField): JsonObject | undefined {
  return isObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

function countsSomething(raw: JsonObject): boolean {
  return Object.values(raw).some((value) => typeof value === "number" && value > 0);
}

function amount(value: JsonField): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function atMost(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined ? part : Math.min(part, whole);
}
