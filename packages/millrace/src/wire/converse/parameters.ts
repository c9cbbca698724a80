import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { present } from "../failure/present.ts";
import { fittedSchema } from "../translation/claude-schema.ts";
import { NO_PLACE } from "../translation/encoding-account.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import type { ModelFamily } from "./rules.ts";

type Parameter = keyof InferenceRequest;

/** Parameters that the API has no place for, by their names in the model and in chat completions. */
const UNKNOWN_HERE: readonly (readonly [field: Parameter, wire: string])[] = [
  ["seed", "seed"],
  ["presencePenalty", "presence_penalty"],
  ["frequencyPenalty", "frequency_penalty"],
  ["logitBias", "logit_bias"],
  ["topLogprobs", "top_logprobs"],
  ["verbosity", "verbosity"],
  ["audio", "audio"],
  ["prediction", "prediction"],
  ["webSearchOptions", "web_search_options"],
  ["user", "user"],
  ["safetyIdentifier", "safety_identifier"],
  ["promptCacheKey", "prompt_cache_key"],
  ["promptCacheRetention", "prompt_cache_retention"],
];

/** Tells of the parameters that are left out; one that asks for what happens anyway is none. */
export function dropUnknown(request: InferenceRequest, account: EncodingAccount): void {
  const { n = 1, logprobs, store, modalities = [] } = request;
  for (const [field, wire] of UNKNOWN_HERE) if (request[field] !== undefined) account.dropOnce(wire, NO_PLACE);
  if (n > 1) account.dropOnce("n", "the server gives one answer");
  if (logprobs === true) account.dropOnce("logprobs", NO_PLACE);
  if (store === true) account.dropOnce("store", NO_PLACE);
  if (modalities.some((word) => word !== "text")) account.dropOnce("modalities", NO_PLACE);
}

/** Sampling that a model does without, and how the answer ends. */
export function inferenceConfig(
  request: InferenceRequest,
  family: ModelFamily,
  account: EncodingAccount,
): JsonObject | undefined {
  const { maxTokens } = request;
  const { sampling } = family;
  let { temperature, topP } = request;
  if (sampling === "none") {
    if (temperature !== undefined) account.dropOnce("temperature", "the model does not take it");
    if (topP !== undefined) account.dropOnce("top_p", "the model does not take it");
    [temperature, topP] = [undefined, undefined];
  } else if (sampling === "one" && temperature !== undefined && topP !== undefined) {
    // One that is 1 cuts nothing off.
    if (topP !== 1) account.dropOnce("top_p", "the model takes it or a temperature");
    topP = undefined;
  }
  const config = present({
    maxTokens,
    temperature: temperature === undefined ? undefined : upToOne(temperature, account),
    topP,
    stopSequences: stopSequences(request, family, account),
  });
  return Object.keys(config).length === 0 ? undefined : config;
}

function stopSequences(
  { stop }: InferenceRequest,
  family: ModelFamily,
  account: EncodingAccount,
): readonly string[] | undefined {
  if (!family.stopSequences) {
    if (stop !== undefined && stop.length > 0) account.dropOnce("stop", "the model does not take it");
    return undefined;
  }
  const given = typeof stop === "string" ? [stop] : (stop ?? []);
  const sequences = given.filter((text) => text.trim() !== "");
  // An empty one asks for nothing.
  if (given.some((text) => text !== "" && text.trim() === "")) {
    account.dropOnce("stop", "the server refuses sequences of white space");
  }
  return sequences.length === 0 ? undefined : sequences;
}

function upToOne(temperature: number, account: EncodingAccount): number {
  if (temperature <= 1) return temperature;
  account.replace("temperature", "1", "the server takes none above 1");
  return 1;
}

/** `top_k` where the model takes it: its place is the model's own. */
export function topKFields({ topK }: InferenceRequest, family: ModelFamily, account: EncodingAccount): JsonObject {
  if (topK === undefined) return {};
  if (family.topK !== undefined && family.sampling !== "none") return nested(family.topK, topK);
  account.dropOnce("top_k", "the model does not take it");
  return {};
}

function nested([name = "", ...rest]: readonly string[], value: number): JsonObject {
  return { [name]: rest.length === 0 ? value : nested(rest, value) };
}

/** What holds the answer to a schema: `outputConfig`. */
export function outputConfig(
  { responseFormat }: InferenceRequest,
  { anthropicFields, schemas }: ModelFamily,
  account: EncodingAccount,
): JsonObject | undefined {
  if (responseFormat === undefined || responseFormat.type === "text") return undefined;
  if (responseFormat.type === "json_object") {
    account.dropOnce("response_format", "the server holds answers to schemas only");
    return undefined;
  }
  if (!schemas) {
    account.dropOnce("response_format", "the model cannot be held to a schema");
    return undefined;
  }
  const { name, description } = responseFormat;
  const told = { field: "response_format", reason: "the model takes no other" };
  const schema = anthropicFields ? fittedSchema(responseFormat.schema, told, account) : responseFormat.schema;
  const jsonSchema = { schema: JSON.stringify(schema), name, ...present({ description }) };
  return { textFormat: { type: "json_schema", structure: { jsonSchema } } };
}

const TIERS: Readonly<Record<string, string>> = {
  default: "default",
  standard: "default",
  standard_only: "default",
  flex: "flex",
  priority: "priority",
  reserved: "reserved",
};

export function serviceTier({ serviceTier: tier }: InferenceRequest, account: EncodingAccount): JsonObject | undefined {
  if (tier === undefined || tier === "auto") return undefined;
  const type = Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined;
  if (type === undefined) account.dropOnce("service_tier", "the server has no tier of this name");
  return type === undefined ? undefined : { type };
}

const MAX_METADATA = 16;
const METADATA_TEXT = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/u;

/** What is written beside the request into the account's log: a few short texts. */
export function requestMetadata({ metadata = {} }: InferenceRequest, account: EncodingAccount): JsonObject | undefined {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(metadata)) {
    const fits = METADATA_TEXT.test(name) && typeof value === "string" && METADATA_TEXT.test(value);
    if (fits && kept.length < MAX_METADATA) kept.push([name, value]);
    else if (value !== undefined)
      account.dropOnce("metadata", "the server takes 16 short texts, and not all characters");
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
