import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { objectOf } from "../json/read.ts";
import { budgetOfEffort, effortOfBudget } from "../translation/effort.ts";
import { LEAST_BUDGET, roomForThoughts } from "../translation/thinking-budget.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import { canRead } from "./rules.ts";
import type { ModelFamily, ReasoningStyle } from "./rules.ts";

type Asked = Pick<
  InferenceRequest,
  "reasoningEffort" | "reasoningBudget" | "reasoningSummary" | "maxTokens" | "toolChoice"
>;

/** What reasoning adds to a request: fields, and a limit where the request's own is too low for it. */
export interface Reasoning {
  readonly fields: JsonObject;
  readonly maxTokens?: number | undefined;
}

type Writer = (asked: Asked, family: ModelFamily, turns: readonly Message[], account: EncodingAccount) => Reasoning;

const NOTHING: Reasoning = { fields: {} };

const WRITERS: Readonly<Record<ReasoningStyle, Writer>> = {
  none: (asked, _family, _turns, account) => without(asked, "the model takes no effort", account),
  budget: (asked, family, turns, account) => {
    const hindrance = forced(asked, family) ?? unreadable(family, turns);
    return hindrance === undefined ? budgeted(asked, account) : without(asked, hindrance, account);
  },
  adaptive: (asked, family, _turns, account) => {
    const hindrance = forced(asked, family);
    if (hindrance !== undefined) return without(asked, hindrance, account);
    const isHidden = family.claude?.hidesThoughts === true;
    const display = isHidden && asked.reasoningSummary !== "none" ? { display: "summarized" } : {};
    const effort = wordOf(asked, family, account);
    return { fields: { thinking: { type: "adaptive", ...display }, output_config: { effort } } };
  },
  nova: (asked, family, _turns, account) => ({
    fields: {
      reasoningConfig: { type: "enabled", maxReasoningEffort: wordOf(asked, novaFamily(asked, family), account) },
    },
  }),
  effort: (asked, family, _turns, account) => ({ fields: { reasoning_effort: wordOf(asked, family, account) } }),
};

/** How much the model shall reason; nothing where it shall not. */
export function reasoningOf(
  request: InferenceRequest,
  family: ModelFamily,
  turns: readonly Message[],
  account: EncodingAccount,
): Reasoning {
  const { reasoningEffort, reasoningBudget } = request;
  if (reasoningEffort === undefined && reasoningBudget === undefined) return NOTHING;
  if (reasoningEffort === "none" || reasoningBudget === 0) return reasoningOff(request, family, account);
  return WRITERS[family.reasoning](request, family, turns, account);
}

/** Models that are told an effort reason unless they are told not to, as far as they can go without. */
function reasoningOff(asked: Asked, family: ModelFamily, account: EncodingAccount): Reasoning {
  const { reasoning, claude } = family;
  if (reasoning === "effort") return WRITERS.effort(asked, family, [], account);
  if (reasoning !== "adaptive" || claude === undefined) return NOTHING;
  if (claude.off === "never") return without(asked, "the model always reasons", account);
  return { fields: { thinking: { type: claude.off } } };
}

function without(asked: Asked, reason: string, account: EncodingAccount): Reasoning {
  account.dropOnce(fieldOf(asked), reason);
  return NOTHING;
}

function fieldOf({ reasoningBudget }: Asked): string {
  return reasoningBudget === undefined ? "reasoning_effort" : "reasoning_budget";
}

/** With the highest effort Nova refuses a limit: what an answer may cost is kept, and it thinks less. */
function novaFamily({ maxTokens }: Asked, family: ModelFamily): ModelFamily {
  return maxTokens === undefined ? family : { ...family, efforts: family.efforts.slice(0, -1) };
}

/** Anthropic's models take no sampling of the caller's while they think, and Nova none with its highest effort. */
export function withoutSampling(
  request: InferenceRequest,
  fields: JsonObject,
  account: EncodingAccount,
): InferenceRequest {
  const isHighest = objectOf(fields["reasoningConfig"])?.["maxReasoningEffort"] === "high";
  const type = objectOf(fields["thinking"])?.["type"];
  const isThinking = type === "enabled" || type === "adaptive";
  if (!isThinking && !isHighest) return request;
  const { temperature, topK, topP, ...rest } = request;
  const reason = "the model does not take it while it reasons";
  if (temperature !== undefined && temperature !== 1) account.dropOnce("temperature", reason);
  if (topK !== undefined) account.dropOnce("top_k", reason);
  if (topP !== undefined && topP !== 1) account.dropOnce("top_p", reason);
  return rest;
}

function forced({ toolChoice }: Asked, { claude }: ModelFamily): string | undefined {
  const isForced = toolChoice === "required" || typeof toolChoice === "object";
  return isForced && claude?.forcedCalls === "thoughtless"
    ? "the model does not reason before a call that it must make"
    : undefined;
}

/** With `thinking`, a turn that goes on after tool results must begin with its own reasoning. */
function unreadable(family: ModelFamily, turns: readonly Message[]): string | undefined {
  const last = turns.findLastIndex(({ role }) => role === "user");
  const open = turns.slice(last + 1).filter(({ role }) => role === "assistant");
  const signed = open.some(({ reasoningDetails = [] }) => reasoningDetails.some((detail) => canRead(family, detail)));
  return open.length > 0 && !signed ? "the model's reasoning before the last calls is missing" : undefined;
}

/** For an effort in a word that nobody knows. */
const USUAL_BUDGET = 8192;
/** What every such model may think where no limit is given: some give 32,000 tokens at most, the answer included. */
const MOST_UNLIMITED = 23_808;

/** A caller's own number stays where it fits; an effort leaves room for the answer. */
function budgeted(asked: Asked, account: EncodingAccount): Reasoning {
  const { reasoningEffort = "", reasoningBudget, maxTokens } = asked;
  const known = reasoningBudget ?? budgetOfEffort(reasoningEffort);
  const fits =
    reasoningBudget !== undefined && reasoningBudget >= LEAST_BUDGET && reasoningBudget < (maxTokens ?? Infinity);
  const wanted = known ?? USUAL_BUDGET;
  const bound = reasoningBudget === undefined && maxTokens === undefined ? Math.min(wanted, MOST_UNLIMITED) : wanted;
  const room = fits ? { budget: reasoningBudget, maxTokens } : roomForThoughts(bound, maxTokens);
  if (room.budget !== known) {
    const to = reasoningBudget === undefined ? `${room.budget} tokens` : String(room.budget);
    account.replace(fieldOf(asked), to, "the model is told how many tokens, which are part of the answer's");
  }
  if (maxTokens !== undefined && room.maxTokens !== maxTokens) {
    account.replace("max_tokens", String(room.maxTokens), `the model reasons with ${LEAST_BUDGET} tokens at least`);
  }
  return { fields: { thinking: { type: "enabled", budget_tokens: room.budget } }, maxTokens: room.maxTokens };
}

/** The family's nearest word for the effort; one of the target's own goes as it is. */
function wordOf(
  { reasoningEffort, reasoningBudget }: Asked,
  { efforts }: ModelFamily,
  account: EncodingAccount,
): string {
  const asked = reasoningEffort ?? effortOfBudget(reasoningBudget ?? 0);
  const word = nearest(asked, efforts);
  if (reasoningBudget !== undefined) account.replace("reasoning_budget", word, "the model is told an effort");
  if (reasoningEffort !== undefined && word !== asked) {
    account.replace("reasoning_effort", word, "the nearest that the model takes");
  }
  return word;
}

function nearest(asked: string, efforts: readonly string[]): string {
  const tokens = budgetOfEffort(asked);
  if (efforts.includes(asked) || tokens === undefined) return asked;
  return efforts.find((effort) => (budgetOfEffort(effort) ?? 0) >= tokens) ?? efforts.at(-1) ?? asked;
}
