import type { Change } from "../../model/change.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { present } from "../failure/present.ts";
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
  const think = levelOf(effort, thinkLevels);
  const reason = `the server knows ${thinkLevels.join(", ")}`;
  const changes: Change[] = [];
  if (reasoningBudget !== undefined) changes.push(changed("reasoning_budget", think, reason));
  if (reasoningEffort !== undefined && think !== effort) changes.push(changed("reasoning_effort", think, reason));
  return { ...present({ think }), changes };
}

function changed(field: string, to: string | undefined, reason: string): Change {
  return to === undefined ? { field, action: "dropped", reason } : { field, action: "replaced", to, reason };
}

/** The nearest level to an effort; nothing for a word that nobody knows. */
function levelOf(effort: string, levels: OllamaRules["thinkLevels"]): string | undefined {
  if (levels.includes(effort)) return effort;
  if (effort === "minimal") return levels[0];
  return EFFORTS_ABOVE.has(effort) ? levels.at(-1) : undefined;
}

/** Words for more than the highest level. */
const EFFORTS_ABOVE: ReadonlySet<string> = new Set(["high", "xhigh", "max"]);
