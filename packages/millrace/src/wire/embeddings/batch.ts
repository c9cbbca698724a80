import type { EmbeddingsInput } from "../../model/request.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { present } from "../failure/present.ts";
import type { DecodedEmbeddings } from "./response.ts";
import { countInputs } from "./request.ts";

/** Splits inputs so that no request holds more than the server takes at once. */
export function splitInputs(input: EmbeddingsInput, maxInputs: number): EmbeddingsInput[] {
  if (typeof input === "string" || countInputs(input) <= maxInputs) return [input];
  const batches: EmbeddingsInput[] = [];
  for (let start = 0; start < input.length; start += maxInputs) {
    batches.push(input.slice(start, start + maxInputs));
  }
  return batches;
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
