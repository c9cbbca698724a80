import type { InferenceRequest } from "../../model/request.ts";
import { parameterRows } from "../assembly/parameter-rows.ts";
import type { ParameterRow, WireParameter } from "../assembly/parameter-rows.ts";
import { FIELD_KINDS } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";

type ParameterField = Exclude<
  keyof InferenceRequest,
  | "model"
  | "prompt"
  | "system"
  | "messages"
  | "tools"
  | "toolChoice"
  | "responseFormat"
  | "maxTokens"
  | "reasoningBudget"
  | "reasoningSummary"
  | "extra"
>;

interface Parameter extends WireParameter {
  /** Whether a request with something else there is refused; words of a target's own are its business. */
  readonly checked: boolean;
}

const { boolean, number, integer, positive, string, strings, text, object, numbers } = FIELD_KINDS;

/** The parameters that mean the same in the model and in this dialect, under two names. */
const PARAMETERS: Readonly<Record<ParameterField, Parameter>> = {
  parallelToolCalls: { wire: "parallel_tool_calls", kind: boolean, checked: true },
  temperature: { wire: "temperature", kind: number, checked: true },
  topP: { wire: "top_p", kind: number, checked: true },
  // Not in OpenAI's own, but in nearly all others.
  topK: { wire: "top_k", kind: number, checked: false },
  stop: { wire: "stop", kind: text, checked: true },
  seed: { wire: "seed", kind: number, checked: true },
  n: { wire: "n", kind: positive, checked: true },
  presencePenalty: { wire: "presence_penalty", kind: number, checked: true },
  frequencyPenalty: { wire: "frequency_penalty", kind: number, checked: true },
  logitBias: { wire: "logit_bias", kind: numbers, checked: false },
  logprobs: { wire: "logprobs", kind: boolean, checked: true },
  topLogprobs: { wire: "top_logprobs", kind: integer, checked: true },
  reasoningEffort: { wire: "reasoning_effort", kind: string, checked: false },
  verbosity: { wire: "verbosity", kind: string, checked: false },
  modalities: { wire: "modalities", kind: strings, checked: false },
  audio: { wire: "audio", kind: object, checked: false },
  prediction: { wire: "prediction", kind: object, checked: false },
  webSearchOptions: { wire: "web_search_options", kind: object, checked: false },
  user: { wire: "user", kind: string, checked: false },
  safetyIdentifier: { wire: "safety_identifier", kind: string, checked: false },
  promptCacheKey: { wire: "prompt_cache_key", kind: string, checked: false },
  promptCacheRetention: { wire: "prompt_cache_retention", kind: string, checked: false },
  metadata: { wire: "metadata", kind: object, checked: false },
  store: { wire: "store", kind: boolean, checked: false },
  serviceTier: { wire: "service_tier", kind: string, checked: false },
};

export const PARAMETER_ROWS: readonly ParameterRow<ParameterField, Parameter>[] = parameterRows(PARAMETERS);

/** What a request's parameters must be, by their names in this dialect. */
export const CHECKED_PARAMETERS: Readonly<Record<string, FieldKind>> = Object.fromEntries(
  PARAMETER_ROWS.filter(({ checked }) => checked).map(({ wire, kind }) => [wire, kind]),
);
