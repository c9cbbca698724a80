import type { JsonObject } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { present } from "../failure/present.ts";
import { onlyFields } from "../json/only-fields.ts";
import { countOf, numberOf, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** Times in nanoseconds. */
const DURATIONS = ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"] as const;
const COUNTS = ["prompt_eval_count", "eval_count"] as const;

/** The fields of the last line that say how much work it was. */
export const METRICS: ReadonlySet<string> = new Set([...DURATIONS, ...COUNTS]);

/** The token counts of a reply, or nothing where it has none. */
export function readUsage(reply: JsonObject): TokenUsage | undefined {
  const promptTokens = countOf(reply["prompt_eval_count"]);
  const completionTokens = countOf(reply["eval_count"]);
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  const known = promptTokens !== undefined && completionTokens !== undefined;
  return {
    ...present({ promptTokens, completionTokens, totalTokens: known ? promptTokens + completionTokens : undefined }),
    raw: onlyFields(reply, METRICS),
  };
}

/**
 * What the last line says of the work: the server's own numbers where it has them, else those of llama.cpp's `timings`.
 * Times that nobody knows are 0, as readers that make a speed of them look for; counts that nobody knows are left out,
 * as servers leave out a count of 0.
 */
export function writeMetrics(usage: TokenUsage | undefined, timings: JsonField): JsonObject {
  const measured = { ...timesOf(objectOf(timings)), ...usage?.raw };
  const times = DURATIONS.map((name) => [name, countOf(measured[name]) ?? 0] as const);
  const counts = present({ prompt_eval_count: usage?.promptTokens, eval_count: usage?.completionTokens });
  return { ...Object.fromEntries(times), ...counts };
}

function timesOf(timings: JsonObject | undefined): JsonObject {
  const prompt = nanoseconds(timings?.["prompt_ms"]);
  const answer = nanoseconds(timings?.["predicted_ms"]);
  return { total_duration: prompt + answer, prompt_eval_duration: prompt, eval_duration: answer };
}

function nanoseconds(milliseconds: JsonField): number {
  return Math.max(0, Math.round((numberOf(milliseconds) ?? 0) * 1e6));
}
