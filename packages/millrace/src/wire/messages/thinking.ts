import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { isObject, numberOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { ClaudeModel } from "../translation/claude-models.ts";
import { budgetOfEffort, effortOfBudget } from "../translation/effort.ts";
import { LEAST_BUDGET, roomForThoughts } from "../translation/thinking-budget.ts";
import type { ThinkingRoom } from "../translation/thinking-budget.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import { isAmong } from "./rules.ts";
import type { MessagesRules } from "./rules.ts";

type ThinkingFields = Pick<InferenceRequest, "reasoningEffort" | "reasoningBudget" | "reasoningSummary">;

/** What a model does that is told to think, but not how hard. */
const USUAL_EFFORT = "high";

const SUMMARY_OF_DISPLAY: Readonly<Record<string, string>> = { omitted: "none", summarized: "auto" };

/**
 * Reads `thinking` and the effort beside it. `rest` is what the model has no name for; `usesEffort` is false where the
 * effort is not about thinking.
 */
export function decodeThinking(
  thinking: JsonField,
  effort: string | undefined,
): { readonly fields: ThinkingFields; readonly usesEffort: boolean; readonly rest?: JsonObject } {
  const config = new FieldReader(isObject(thinking) ? thinking : {});
  const type = config.oneOf("type", ["enabled", "adaptive", "disabled", "between_tools"]);
  if (type === undefined) {
    return {
      fields: present({ reasoningEffort: effort }),
      usesEffort: true,
      ...(isObject(thinking) && { rest: thinking }),
    };
  }
  if (type === "disabled" || type === "between_tools") {
    return { fields: { reasoningEffort: "none" }, usesEffort: false, ...present({ rest: config.rest() }) };
  }
  const budget = type === "enabled" ? numberOf(config.any("budget_tokens")) : undefined;
  const reasoningSummary = SUMMARY_OF_DISPLAY[config.oneOf("display", ["omitted", "summarized"]) ?? ""];
  const reasoningEffort = effort ?? (budget === undefined ? USUAL_EFFORT : undefined);
  const fields = present({ reasoningEffort, reasoningBudget: budget, reasoningSummary });
  return { fields, usesEffort: true, ...present({ rest: config.rest() }) };
}

/** How a request asks the model to think. */
export interface ThinkingPlan {
  readonly isOn: boolean;
  readonly thinking?: JsonObject;
  readonly effort?: string;
  readonly maxTokens: number;
}

interface ThinkingTarget {
  readonly model: string;
  readonly claude: ClaudeModel;
  readonly rules: MessagesRules;
  /** The turn that goes on has its own thoughts. */
  readonly mayThink: boolean;
}

/** What is asked of thinking, and within how many tokens. */
export function planThinking(
  request: InferenceRequest,
  { model, claude, rules, mayThink }: ThinkingTarget,
  account: EncodingAccount,
): ThinkingPlan {
  const { reasoningEffort: effort, reasoningBudget: budget } = request;
  const takesBudget = isAmong(model, rules.budgetModels);
  const isOff = effort === "none" || (effort === undefined && budget === 0);
  if (isOff || (effort === undefined && budget === undefined)) {
    const off = isOff && !takesBudget && thinkingOff(request, claude, account);
    return { isOn: false, ...off, maxTokens: limitOf(request, rules, 0, account) };
  }
  if (!takesBudget) return adaptive(request, { claude, rules }, account);
  return mayThink ? budgeted(request, rules, account) : thoughtless(request, rules, account);
}

function thinkingOff(
  request: InferenceRequest,
  { off }: ClaudeModel,
  account: EncodingAccount,
): Pick<ThinkingPlan, "thinking"> {
  if (off !== "never") return { thinking: { type: off } };
  account.dropOnce(fieldOf(request), "the model always thinks");
  return {};
}

function fieldOf({ reasoningBudget }: InferenceRequest): string {
  return reasoningBudget === undefined ? "reasoning_effort" : "reasoning_budget";
}

/** Efforts that the dialect does not know, and the nearest it does. */
const NEAREST_EFFORT: Readonly<Record<string, string>> = { minimal: "low" };

function adaptive(
  request: InferenceRequest,
  { claude, rules }: Pick<ThinkingTarget, "claude" | "rules">,
  account: EncodingAccount,
): ThinkingPlan {
  const { reasoningEffort, reasoningBudget } = request;
  const asked = reasoningEffort ?? effortOfBudget(reasoningBudget ?? 0);
  const effort = NEAREST_EFFORT[asked] ?? asked;
  if (reasoningBudget !== undefined) {
    account.replaceOnce("reasoning_budget", `reasoning_effort ${effort}`, "the model takes an effort instead");
  } else if (effort !== asked) {
    account.replaceOnce("reasoning_effort", effort, "it is the nearest that the server knows");
  }
  const thinking = { type: "adaptive", ...displayOf(request, claude.hidesThoughts) };
  return { isOn: true, thinking, effort, maxTokens: limitOf(request, rules, 0, account) };
}

function budgeted(request: InferenceRequest, rules: MessagesRules, account: EncodingAccount): ThinkingPlan {
  const { reasoningBudget, reasoningEffort } = request;
  const asked = reasoningBudget ?? budgetOfEffort(reasoningEffort ?? "");
  if (asked === undefined) {
    account.dropOnce("reasoning_effort", "the model takes a budget of tokens instead");
    return { isOn: false, maxTokens: limitOf(request, rules, 0, account) };
  }
  const { budget: tokens, maxTokens: limit } = roomOf(request, asked);
  if (limit !== request.maxTokens) {
    account.replaceOnce("max_tokens", String(limit), `the least budget of thoughts is ${LEAST_BUDGET} tokens of it`);
  }
  const maxTokens = limit ?? limitOf(request, rules, tokens, account);
  if (reasoningBudget !== undefined && tokens !== reasoningBudget) {
    const reason = `a budget has ${LEAST_BUDGET} tokens or more, and fewer than the whole answer`;
    account.replaceOnce("reasoning_budget", String(tokens), reason);
  }
  const thinking = { type: "enabled", budget_tokens: tokens, ...displayOf(request, false) };
  const isBoth = reasoningBudget !== undefined && reasoningEffort !== undefined;
  return { isOn: true, thinking, maxTokens, ...(isBoth && { effort: reasoningEffort }) };
}

/** What the caller counted itself stays as it is, where the server takes it. */
function roomOf({ reasoningBudget, maxTokens }: InferenceRequest, asked: number): ThinkingRoom {
  const isFine = reasoningBudget !== undefined && asked >= LEAST_BUDGET && asked < (maxTokens ?? Infinity);
  return isFine ? { budget: asked, maxTokens } : roomForThoughts(asked, maxTokens);
}

/** Such models refuse to think on where their own thoughts of the turn are missing. */
function thoughtless(request: InferenceRequest, rules: MessagesRules, account: EncodingAccount): ThinkingPlan {
  account.dropOnce(fieldOf(request), "the model's own reasoning of this turn is missing");
  return { isOn: false, maxTokens: limitOf(request, rules, 0, account) };
}

/** The limit of an answer; where the caller gave none, it leaves room for so many tokens of thoughts. */
function limitOf(
  { maxTokens }: InferenceRequest,
  rules: MessagesRules,
  thoughts: number,
  account: EncodingAccount,
): number {
  if (maxTokens !== undefined) return maxTokens;
  const added = rules.defaultMaxTokens + thoughts;
  account.reportOnce({ field: "max_tokens", action: "added", to: String(added), reason: "the server demands a limit" });
  return added;
}

/** Who asks for thinking, in a dialect that has no word for showing it, gets to see it. */
function displayOf({ reasoningSummary }: InferenceRequest, isHidden: boolean): JsonObject {
  if (reasoningSummary === undefined) return isHidden ? { display: "summarized" } : {};
  return { display: reasoningSummary === "none" ? "omitted" : "summarized" };
}

/** The effort in `output_config`. */
export function effortIn(config: JsonField): string | undefined {
  return isObject(config) ? stringOf(config["effort"]) : undefined;
}
