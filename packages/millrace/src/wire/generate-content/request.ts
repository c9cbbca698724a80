import type { InferenceRequest } from "../../model/request.ts";
import type { JsonObject } from "../../model/json.ts";
import { otherFields } from "../assembly/field-set.ts";
import { present } from "../failure/present.ts";
import { cleanStrings } from "../json/clean.ts";
import { objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { DecodedRequest, EncodedRequest, RequestEncoding } from "../translation/codec.ts";
import { decodeConversation } from "./decode-contents.ts";
import { encodeConversation } from "./encode-contents.ts";
import { EncodingAccount } from "../translation/encoding-account.ts";
import { decodeConfig, encodeConfig } from "./generation-config.ts";
import type { GenerateContentRules } from "./rules.ts";
import { camelFields } from "./spelling.ts";
import { encodeThinking } from "./thinking.ts";
import { decodeTools, encodeTools } from "./tools.ts";
import type { WireRequest } from "./types.ts";

const KNOWN: ReadonlySet<string> = new Set([
  "model",
  "contents",
  "systemInstruction",
  "tools",
  "toolConfig",
  "generationConfig",
  "serviceTier",
]);

const TIERS: Readonly<Record<string, string>> = { standard: "default", unspecified: "auto" };

/** Reads a body that was found good. The model is in the path, so it is left empty. */
export function decodeRequest(json: JsonObject): DecodedRequest {
  const body: WireRequest = camelFields(json);
  const { tools, toolChoice, rest: toolConfig } = decodeTools(body);
  const { settings, rest: generationConfig } = decodeConfig(body["generationConfig"]);
  const extra = { ...otherFields(body, KNOWN), ...present({ toolConfig, generationConfig }) };
  const request: InferenceRequest = {
    model: "",
    messages: decodeConversation(body),
    ...present({ tools, toolChoice, serviceTier: decodeTier(body["serviceTier"]) }),
    ...settings,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { request, changes: [] };
}

function decodeTier(value: JsonField): string | undefined {
  const tier = stringOf(value)?.toLowerCase();
  return tier === undefined ? undefined : (TIERS[tier] ?? tier);
}

/** The request as a body for a server with these rules. */
export function encodeRequest(
  request: InferenceRequest,
  { model }: RequestEncoding,
  rules: GenerateContentRules,
): EncodedRequest {
  const account = new EncodingAccount();
  const conversation = encodeConversation(request, { model, rules, account });
  const tools = encodeTools(request);
  const thinking = encodeThinking(request, model, rules);
  account.report(...tools.changes, ...thinking.changes);
  dropUnsaid(request, account);
  const config = {
    ...encodeConfig(request, { model, rules }, account),
    ...present({ thinkingConfig: thinking.config }),
  };
  const { toolConfig: _tools, generationConfig: _config, ...others } = request.extra ?? {};
  const whole = {
    ...others,
    ...conversation,
    ...tools.fields,
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
    ...encodeTier(request, rules, account),
  };
  const body = cleanStrings(withoutRefused(whole, rules, account));
  return { body, changes: account.changes, ...present({ refusal: account.refusal }) };
}

const TIER_WORDS: Readonly<Record<string, string>> = { default: "standard", flex: "flex", priority: "priority" };

function encodeTier(
  { serviceTier }: InferenceRequest,
  rules: GenerateContentRules,
  account: EncodingAccount,
): JsonObject {
  if (serviceTier === undefined || serviceTier === "auto") return {};
  const word = rules.serviceTier ? TIER_WORDS[serviceTier] : undefined;
  if (word !== undefined) return { serviceTier: word };
  if (serviceTier !== "default") account.drop("service_tier", "the server has no such tier");
  return {};
}

/** Parameters without a word in the dialect, by their names in the model and in what is told. */
const UNSAID = [
  ["logitBias", "logit_bias"],
  ["prediction", "prediction"],
  ["verbosity", "verbosity"],
  ["user", "user"],
  ["safetyIdentifier", "safety_identifier"],
  ["promptCacheKey", "prompt_cache_key"],
  ["promptCacheRetention", "prompt_cache_retention"],
  ["metadata", "metadata"],
] as const;

function dropUnsaid(request: InferenceRequest, account: EncodingAccount): void {
  for (const [field, told] of UNSAID) {
    if (request[field] !== undefined) account.drop(told, "the dialect has no word for it");
  }
  if (request.store === true) account.drop("store", "the server keeps no answers");
  const format = request.responseFormat?.type === "json_schema" ? request.responseFormat.description : undefined;
  if (format !== undefined) account.drop("response_format.json_schema.description", "the dialect has no word for it");
  const { voice: _voice, ...audio } = request.audio ?? {};
  for (const name of Object.keys(audio)) account.drop(`audio.${name}`, "the dialect has no word for it");
}

function withoutRefused(body: JsonObject, rules: GenerateContentRules, account: EncodingAccount): JsonObject {
  let kept = body;
  for (const field of rules.refusedFields) {
    const [outer = "", inner] = field.split(".");
    if (inner === undefined) {
      const { [outer]: refused, ...rest } = kept;
      if (refused !== undefined) account.drop(field, REFUSED);
      kept = rest;
      continue;
    }
    const group = objectOf(kept[outer]);
    if (group?.[inner] === undefined) continue;
    const { [inner]: _refused, ...rest } = group;
    account.drop(inner, REFUSED);
    kept = { ...kept, [outer]: rest };
  }
  return kept;
}

const REFUSED = "the server refuses it";
