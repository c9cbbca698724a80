import type { ConformanceCase } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import type { Observed } from "../../packages/millrace/src/conformance/cases/observed.ts";
import { differences } from "../../packages/millrace/src/conformance/runners/differences.ts";

/** Which of the two a case is asked of. */
export type Side = "library" | "gateway";

/** What is wrong with a run of a case, for one of the two; a case that is not met has to be so still. */
export function flawsOf(
  testCase: ConformanceCase,
  side: Side,
  observed: Observed,
  more: readonly string[] = [],
): string[] {
  const { expected } = testCase;
  const own = testCase[side] ?? {};
  const flaws = [...differences(merged(expected, own), observed), ...more];
  if (testCase.notMet?.[side] === undefined) return flaws;
  return flaws.length > 0 ? [] : ["is met after all: take its notMet away"];
}

/** Fields of `own` go before those of `expected`; objects are merged, arrays are not. */
function merged(expected: object, own: object): object {
  const result: Record<string, unknown> = { ...expected };
  for (const [key, value] of Object.entries(own) as [string, unknown][]) {
    const before = result[key];
    result[key] = isPlain(before) && isPlain(value) ? merged(before, value) : value;
  }
  return result;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
}
