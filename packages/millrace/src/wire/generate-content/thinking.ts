import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { present } from "../failure/present.ts";
import { objectOf } from "../json/read.ts";
import { budgetOfEffort, effortOfBudget, nearestEffort } from "../translation/effort.ts";
import { thinkingRule } from "./rules.ts";
import type { GenerateContentRules } from "./rules.ts";
import type { ThinkingRule } from "./thinking-rules.ts";

/** What a request says of thinking, as a `thinkingConfig`. */
export interface EncodedThinking {
  readonly config?: JsonObject;
  readonly changes: readonly Change[];
}

type Rule<By extends ThinkingRule["by"]> = Extract<ThinkingRule, { readonly by: By }>;

interface Amount {
  readonly fields: JsonObject;
  readonly changes: readonly Change[];
}

const NOTHING_SAID: Amount = { fields: {}, changes: [] };

export function encodeThinking(request: InferenceRequest, model: string, rules: GenerateContentRules): EncodedThinking {
  const rule = thinkingRule(model, rules);
  const own = objectOf(objectOf(request.extra?.["generationConfig"])?.["thinkingConfig"]);
  if (rule === undefined || rule.by === "nothing") {
    return { ...present({ config: own }), changes: droppedBy(request) };
  }
  const amount = rule.by === "level" ? amountByLevel(request, rule) : amountByBudget(request, rule);
  const config = { ...own, ...amount.fields, ...present({ includeThoughts: wantsThoughts(request) }) };
  return { ...(Object.keys(config).length > 0 && { config }), changes: amount.changes };
}

/** Who asks for thinking, in a dialect that has no word for showing it, gets to see it. */
function wantsThoughts({ reasoningEffort, reasoningBudget, reasoningSummary }: InferenceRequest): boolean | undefined {
  if (reasoningSummary !== undefined) return reasoningSummary !== "none";
  const asked = reasoningEffort ?? (reasoningBudget === undefined || reasoningBudget === 0 ? "none" : "some");
  return asked === "none" ? undefined : true;
}

function droppedBy(request: InferenceRequest): readonly Change[] {
  const { reasoningEffort, reasoningBudget } = request;
  const asks = reasoningEffort !== undefined || reasoningBudget !== undefined;
  if (!asks || reasoningEffort === "none" || reasoningBudget === 0) return [];
  return [{ field: fieldOf(request), action: "dropped", reason: "the model does not think" }];
}

/** A budget counts more than an effort that stands beside it. */
function fieldOf({ reasoningBudget }: InferenceRequest): string {
  return reasoningBudget === undefined ? "reasoning_effort" : "reasoning_budget";
}

function amountByLevel(request: InferenceRequest, { levels }: Rule<"level">): Amount {
  const { reasoningBudget } = request;
  const wanted =
    request.reasoningEffort ?? (reasoningBudget === undefined ? undefined : effortOfBudget(reasoningBudget));
  if (wanted === undefined) return NOTHING_SAID;
  const level = nearestEffort(wanted, levels);
  if (level === undefined) return { fields: { thinkingLevel: wanted }, changes: [] };
  const byTokens = request.reasoningEffort === undefined;
  const field = byTokens ? "reasoning_budget" : "reasoning_effort";
  const reason = byTokens ? "the model counts no tokens of thinking" : "the model has no such level";
  const isExact = level === wanted && (!byTokens || reasoningBudget === 0);
  const change: Change = { field, action: "replaced", to: level, reason };
  return { fields: { thinkingLevel: level }, changes: isExact ? [] : [change] };
}

function amountByBudget(request: InferenceRequest, rule: Rule<"budget">): Amount {
  const { reasoningEffort, reasoningBudget } = request;
  const wanted = reasoningBudget ?? (reasoningEffort === undefined ? undefined : budgetOfEffort(reasoningEffort));
  if (wanted === undefined) {
    if (reasoningEffort === undefined) return NOTHING_SAID;
    const reason = "the model counts tokens of thinking and has no such word";
    return { fields: {}, changes: [{ field: "reasoning_effort", action: "dropped", reason }] };
  }
  const budget = wanted === 0 && rule.canBeOff ? 0 : Math.min(Math.max(wanted, rule.lowest), rule.highest);
  const isBound = budget !== wanted && (reasoningBudget !== undefined || wanted === 0);
  const reason = `the model takes ${rule.canBeOff ? "0 or " : ""}${rule.lowest} to ${rule.highest} tokens`;
  const change: Change = { field: fieldOf(request), action: "replaced", to: String(budget), reason };
  return { fields: { thinkingBudget: budget }, changes: isBound ? [change] : [] };
}
