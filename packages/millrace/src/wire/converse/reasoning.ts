import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { budgetOfEffort, effortOfBudget } from "../translation/effort.ts";
import type { Account } from "./account.ts";
import { canRead } from "./rules.ts";
import type { ModelFamily, ReasoningStyle } from "./rules.ts";

/** The least that Anthropic's `thinking` takes. */
const MIN_BUDGET = 1024;

type Asked = Pick<
  InferenceRequest,
  "reasoningEffort" | "reasoningBudget" | "reasoningSummary" | "maxTokens" | "toolChoice"
>;

type Writer = (asked: Asked, family: ModelFamily, turns: readonly Message[], account: Account) => JsonObject;

const WRITERS: Readonly<Record<ReasoningStyle, Writer>> = {
  none: (_asked, _family, _turns, account) => {
    account.drop("reasoning_effort", "the model takes no effort");
    return {};
  },
  budget: (asked, family, turns, account) => {
    const hindrance = forced(asked) ?? unreadable(family, turns) ?? tooFewTokens(asked);
    if (hindrance !== undefined) {
      account.drop("reasoning_effort", hindrance);
      return {};
    }
    return { thinking: { type: "enabled", budget_tokens: budgetOf(asked) } };
  },
  adaptive: (asked, family, _turns, account) => {
    const hindrance = forced(asked);
    if (hindrance !== undefined) {
      account.drop("reasoning_effort", hindrance);
      return {};
    }
    const display = family.sampling === "none" && asked.reasoningSummary !== "none" ? { display: "summarized" } : {};
    return { thinking: { type: "adaptive", ...display }, output_config: { effort: wordOf(asked, family, account) } };
  },
  nova: (asked, family, _turns, account) => ({
    reasoningConfig: { type: "enabled", maxReasoningEffort: wordOf(asked, family, account) },
  }),
  effort: (asked, family, _turns, account) => ({ reasoning_effort: wordOf(asked, family, account) }),
};

/** How much the model shall reason, among the additional fields; nothing where it shall not. */
export function reasoningFields(
  request: InferenceRequest,
  family: ModelFamily,
  turns: readonly Message[],
  account: Account,
): JsonObject {
  const { reasoningEffort, reasoningBudget } = request;
  const unasked = reasoningEffort === undefined && reasoningBudget === undefined;
  if (unasked || reasoningEffort === "none" || reasoningBudget === 0) return {};
  return WRITERS[family.reasoning](request, family, turns, account);
}

/** Anthropic's models take no sampling of the caller's while they think. */
export function withoutSampling(request: InferenceRequest, fields: JsonObject, account: Account): InferenceRequest {
  if (fields["thinking"] === undefined) return request;
  const { temperature, topK, topP, ...rest } = request;
  const reason = "the model does not take it while it reasons";
  if (temperature !== undefined && temperature !== 1) account.drop("temperature", reason);
  if (topK !== undefined) account.drop("top_k", reason);
  if (topP !== undefined && topP !== 1) account.drop("top_p", reason);
  return rest;
}

function forced({ toolChoice }: Asked): string | undefined {
  const isForced = toolChoice === "required" || typeof toolChoice === "object";
  return isForced ? "the model does not reason before a call that it must make" : undefined;
}

/** With `thinking`, a turn that goes on after tool results must begin with its own reasoning. */
function unreadable(family: ModelFamily, turns: readonly Message[]): string | undefined {
  const last = turns.findLastIndex(({ role }) => role === "user");
  const open = turns.slice(last + 1).filter(({ role }) => role === "assistant");
  const signed = open.some(({ reasoningDetails = [] }) => reasoningDetails.some((detail) => canRead(family, detail)));
  return open.length > 0 && !signed ? "the model's reasoning before the last calls is missing" : undefined;
}

function tooFewTokens(asked: Asked): string | undefined {
  return budgetOf(asked) < MIN_BUDGET ? "max_tokens leaves no room for it" : undefined;
}

/** What the answer may have is what is left of the most tokens. */
function budgetOf({ reasoningEffort = "", reasoningBudget, maxTokens = Infinity }: Asked): number {
  const wanted = reasoningBudget ?? budgetOfEffort(reasoningEffort) ?? budgetOfEffort("medium") ?? MIN_BUDGET;
  return Math.min(Math.max(wanted, MIN_BUDGET), maxTokens - 1);
}

/** The family's nearest word for the effort; one of the target's own goes as it is. */
function wordOf({ reasoningEffort, reasoningBudget = 0 }: Asked, { efforts }: ModelFamily, account: Account): string {
  const asked = reasoningEffort ?? effortOfBudget(reasoningBudget);
  const tokens = budgetOfEffort(asked);
  if (efforts.includes(asked) || tokens === undefined) return asked;
  const word = efforts.find((effort) => (budgetOfEffort(effort) ?? 0) >= tokens) ?? efforts.at(-1) ?? asked;
  if (reasoningEffort !== undefined) account.replace("reasoning_effort", word, "the nearest that the model knows");
  return word;
}
