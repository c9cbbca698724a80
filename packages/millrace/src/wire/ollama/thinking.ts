import type { Change } from "../../model/change.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { JsonField } from "../json/read.ts";
import { effortOfBudget } from "../translation/effort.ts";
import type { OllamaRules } from "./rules.ts";

/** What a model does that is told to think and not how much. */
const USUAL_EFFORT = "medium";

/** Reads how much a model should think; nothing where it says nothing. */
export function decodeThink(think: JsonField): string | undefined {
  if (think === true) return USUAL_EFFORT;
  if (think === false) return "none";
  return typeof think === "string" && think !== "" ? think : undefined;
}

/** How much a model should think, in the server's words, and what of it they cannot say. */
export function encodeThink(
  { reasoningEffort, reasoningBudget }: InferenceRequest,
  { thinkLevels }: OllamaRules,
): { readonly think?: boolean | string; readonly changes: readonly Change[] } {
  const effort = reasoningEffort ?? (reasoningBudget === undefined ? undefined : effortOfBudget(reasoningBudget));
  if (effort === undefined) return { changes: [] };
  if (effort === "none") return { think: false, changes: [] };
  if (thinkLevels.includes(effort)) return { think: effort, changes: [] };
  const think = effort === "minimal" ? thinkLevels[0] : EFFORTS_ABOVE.has(effort) ? thinkLevels.at(-1) : undefined;
  const field = "reasoning_effort";
  const reason = `the server knows ${thinkLevels.join(", ")}`;
  return think === undefined
    ? { changes: [{ field, action: "dropped", reason }] }
    : { think, changes: [{ field, action: "replaced", to: think, reason }] };
}

/** Words for more than the highest level. */
const EFFORTS_ABOVE: ReadonlySet<string> = new Set(["high", "xhigh", "max"]);
