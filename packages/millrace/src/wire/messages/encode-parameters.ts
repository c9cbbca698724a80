import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { NO_PLACE } from "../translation/encoding-account.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import { isAmong } from "./rules.ts";
import type { MessagesRules } from "./rules.ts";

type SamplingField = "temperature" | "topP" | "topK";

const SAMPLING: readonly (readonly [field: SamplingField, wire: string])[] = [
  ["temperature", "temperature"],
  ["topP", "top_p"],
  ["topK", "top_k"],
];

/** How tokens are drawn, as far as the model lets it be said. */
export function encodeSampling(
  request: InferenceRequest,
  { thinks, model, rules }: { readonly thinks: boolean; readonly model: string; readonly rules: MessagesRules },
  account: EncodingAccount,
): JsonObject {
  const given = SAMPLING.filter(([field]) => request[field] !== undefined);
  const isTaken = isAmong(model, rules.samplingModels);
  const sent = given.filter(([field, wire]) => {
    const isUsual = field === "temperature" && request.temperature === 1;
    const reason = refusedBecause(field, request, { thinks: thinks && !isUsual, isTaken });
    if (reason !== undefined) account.dropOnce(wire, reason);
    return reason === undefined;
  });
  return Object.fromEntries(sent.map(([field, wire]) => [wire, fitted(field, request, account)]));
}

function refusedBecause(
  field: SamplingField,
  { temperature }: InferenceRequest,
  { thinks, isTaken }: { readonly thinks: boolean; readonly isTaken: boolean },
): string | undefined {
  if (!isTaken) return "the model refuses it";
  if (thinks) return "the server refuses it while the model thinks";
  return field === "topP" && temperature !== undefined ? "the server refuses it beside a temperature" : undefined;
}

function fitted(field: SamplingField, request: InferenceRequest, account: EncodingAccount): number | undefined {
  const value = request[field];
  if (field !== "temperature" || value === undefined) return value;
  const clamped = Math.min(1, Math.max(0, value));
  if (clamped !== value) account.replaceOnce("temperature", String(clamped), "the server takes 0 to 1");
  return clamped;
}

/** A sequence of white space alone is refused. */
export function encodeStop({ stop }: InferenceRequest, account: EncodingAccount): JsonObject {
  const given = typeof stop === "string" ? [stop] : (stop ?? []);
  const sequences = given.filter((sequence) => sequence.trim() !== "");
  if (sequences.length < given.length) account.dropOnce("stop", "the server refuses sequences of white space");
  return sequences.length === 0 ? {} : { stop_sequences: sequences };
}

const TIERS: Readonly<Record<string, string>> = {
  auto: "auto",
  priority: "auto",
  default: "standard_only",
  standard_only: "standard_only",
};

export function encodeTier({ serviceTier }: InferenceRequest, account: EncodingAccount): JsonObject {
  if (serviceTier === undefined) return {};
  const tier = Object.hasOwn(TIERS, serviceTier) ? TIERS[serviceTier] : undefined;
  if (tier === undefined) account.dropOnce("service_tier", "the server has no such tier");
  else if (serviceTier === "priority")
    account.replaceOnce("service_tier", tier, "the server itself decides when it has room");
  return tier === undefined ? {} : { service_tier: tier };
}

type Asked = (request: InferenceRequest) => boolean;

/** What the dialect has no word for, by its name in chat completions, and whether a request asks for it. */
const UNKNOWN: Readonly<Record<string, Asked>> = {
  n: ({ n = 1 }) => n !== 1,
  seed: ({ seed }) => seed !== undefined,
  presence_penalty: ({ presencePenalty = 0 }) => presencePenalty !== 0,
  frequency_penalty: ({ frequencyPenalty = 0 }) => frequencyPenalty !== 0,
  logit_bias: ({ logitBias = {} }) => Object.keys(logitBias).length > 0,
  logprobs: ({ logprobs = false }) => logprobs,
  top_logprobs: ({ topLogprobs = 0 }) => topLogprobs > 0,
  verbosity: ({ verbosity }) => verbosity !== undefined,
  modalities: ({ modalities = [] }) => modalities.some((modality) => modality !== "text"),
  audio: ({ audio }) => audio !== undefined,
  prediction: ({ prediction }) => prediction !== undefined,
  web_search_options: ({ webSearchOptions }) => webSearchOptions !== undefined,
  prompt_cache_key: ({ promptCacheKey }) => promptCacheKey !== undefined,
  prompt_cache_retention: ({ promptCacheRetention }) => promptCacheRetention !== undefined,
  metadata: ({ metadata }) => metadata !== undefined,
  // Not storing is what this server does anyway.
  store: ({ store = false }) => store,
};

/** Tells of everything that a request asks for and the dialect has no word for. */
export function dropUnknown(request: InferenceRequest, account: EncodingAccount): void {
  for (const [field, isAsked] of Object.entries(UNKNOWN)) if (isAsked(request)) account.dropOnce(field, NO_PLACE);
}
