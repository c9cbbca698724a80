import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, isObject } from "../json/read.ts";
import type { DecodedEmbeddings } from "./response.ts";
import { countInputs } from "./request.ts";

/** Splits inputs so that no request holds more than the server takes at once. There is always one batch. */
export function splitInputs(
  input: JsonValue,
  maxInputs: number = Number.POSITIVE_INFINITY,
): readonly [JsonValue, ...JsonValue[]] {
  if (!isArray(input) || countInputs(input) <= maxInputs) return [input];
  const later: JsonValue[] = [];
  for (let start = maxInputs; start < input.length; start += maxInputs) {
    later.push(input.slice(start, start + maxInputs));
  }
  return [input.slice(0, maxInputs), ...later];
}

/** Joins the replies to the batches of one input, in their order; token counts add up. */
export function joinBatches(first: DecodedEmbeddings, rest: readonly DecodedEmbeddings[]): DecodedEmbeddings {
  if (rest.length === 0) return first;
  const all = [first, ...rest];
  const usages = all.flatMap(({ usage }) => (usage ? [usage] : []));
  return {
    ...first,
    vectors: all.flatMap(({ vectors }) => vectors),
    warnings: all.flatMap(({ warnings }) => warnings),
    // A sum that leaves some batches out would be wrong.
    ...(usages.length === all.length && { usage: sumOf(usages) }),
  };
}

/**
 * Joins replies in the form that the client gets: the first one with the vectors of all, numbered through, and the
 * token counts of all.
 */
export function joinReplies(replies: readonly JsonObject[], usage: TokenUsage | undefined): JsonObject {
  const [first = {}] = replies;
  const { usage: _ofOne, ...fields } = first;
  const items = replies.flatMap(({ data }) => arrayOf(data ?? null));
  const data = items.map((item, index) => (isObject(item) ? { ...item, index } : item));
  const counts = { prompt_tokens: usage?.promptTokens, total_tokens: usage?.totalTokens };
  return { ...fields, data, ...(usage && { usage: present(counts) }) };
}

const COUNTS = ["promptTokens", "completionTokens", "totalTokens", "cacheReadTokens", "reportedCostUsd"] as const;

function sumOf(usages: readonly TokenUsage[]): TokenUsage {
  const sums = COUNTS.map((count) => [count, total(usages.map((usage) => usage[count]))] as const);
  const counts: Partial<Record<(typeof COUNTS)[number], number | undefined>> = Object.fromEntries(sums);
  return { ...present(counts), raw: { batches: usages.map(({ raw }) => raw) } };
}

/** Nothing where any of them is unknown. */
function total(numbers: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const number of numbers) {
    if (number === undefined) return undefined;
    sum += number;
  }
  return sum;
}
