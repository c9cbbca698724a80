import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest, ResponseFormat } from "../../model/request.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, numberOf, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import { isAmong } from "./rules.ts";
import type { GenerateContentRules } from "./rules.ts";
import { jsonSchemaOf } from "./schema.ts";
import { camelObject } from "./spelling.ts";

type Settings = Partial<Omit<InferenceRequest, "model" | "messages" | "tools">>;

/** What a request's `generationConfig` says; `rest` has no name in the model. */
export interface DecodedConfig {
  readonly settings: Settings;
  readonly rest?: JsonObject;
}

export function decodeConfig(value: JsonField): DecodedConfig {
  const config = camelObject(value) ?? {};
  const reader = new FieldReader(config);
  const number = (field: string): number | undefined => numberOf(reader.any(field));
  const stop = reader.any("stopSequences");
  const settings = present({
    temperature: number("temperature"),
    topP: number("topP"),
    topK: number("topK"),
    maxTokens: number("maxOutputTokens"),
    stop: isArray(stop) ? stop.filter((text) => typeof text === "string") : undefined,
    n: number("candidateCount"),
    seed: number("seed"),
    presencePenalty: number("presencePenalty"),
    frequencyPenalty: number("frequencyPenalty"),
    logprobs: reader.boolean("responseLogprobs"),
    topLogprobs: number("logprobs"),
    modalities: decodeModalities(reader.any("responseModalities")),
    audio: decodeSpeech(config, reader),
    responseFormat: decodeFormat(config, reader),
  });
  const thinking = decodeThinking(reader.object("thinkingConfig"));
  const rest = { ...reader.rest(), ...(thinking.rest && { thinkingConfig: thinking.rest }) };
  return { settings: { ...settings, ...thinking.settings }, ...(Object.keys(rest).length > 0 && { rest }) };
}

function decodeModalities(value: JsonField): readonly string[] | undefined {
  const words = arrayOf(value).flatMap((word) => (typeof word === "string" ? [word.toLowerCase()] : []));
  return words.length === 0 ? undefined : words;
}

const VOICE = ["voiceConfig", "prebuiltVoiceConfig", "voiceName"] as const;

/** A voice and nothing else has a place in the model. */
function decodeSpeech(config: JsonObject, reader: FieldReader): JsonObject | undefined {
  const value = camelObject(config["speechConfig"]);
  const inner = camelObject(value?.[VOICE[0]]);
  const voice = stringOf(camelObject(inner?.[VOICE[1]])?.[VOICE[2]]);
  if (voice === undefined || Object.keys(value ?? {}).length > 1 || Object.keys(inner ?? {}).length > 1)
    return undefined;
  reader.any("speechConfig");
  return { voice };
}

const JSON_TYPE = "application/json";

function decodeFormat(config: JsonObject, reader: FieldReader): ResponseFormat | undefined {
  const type = stringOf(config["responseMimeType"]);
  if (type === "text/plain") reader.any("responseMimeType");
  if (type !== JSON_TYPE) return undefined;
  reader.any("responseMimeType");
  const json = reader.object("responseJsonSchema") ?? reader.object("_responseJsonSchema");
  const own = json === undefined ? reader.object("responseSchema") : undefined;
  const schema = json ?? (own && jsonSchemaOf(own));
  return schema === undefined ? { type: "json_object" } : { type: "json_schema", name: "response", schema };
}

function decodeThinking(value: JsonObject | undefined): { readonly settings: Settings; readonly rest?: JsonObject } {
  if (value === undefined) return { settings: {} };
  const config = camelObject(value) ?? {};
  const reader = new FieldReader(config);
  const level = stringOf(config["thinkingLevel"])?.toLowerCase();
  const budget = numberOf(config["thinkingBudget"]);
  const knowsLevel = level !== undefined && level !== "thinking_level_unspecified";
  if (knowsLevel) reader.any("thinkingLevel");
  // -1 leaves it to the model.
  if (budget !== undefined && budget >= 0) reader.any("thinkingBudget");
  const shows = reader.boolean("includeThoughts");
  const settings = present({
    reasoningEffort: knowsLevel ? level : undefined,
    reasoningBudget: budget !== undefined && budget >= 0 ? budget : undefined,
    reasoningSummary: shows === undefined ? undefined : shows ? "auto" : "none",
  });
  const rest = reader.rest();
  return { settings, ...(rest && { rest }) };
}

/** What the dialect takes under a name of its own, as it is. */
const NAMES: Readonly<Record<string, keyof InferenceRequest>> = {
  temperature: "temperature",
  topP: "topP",
  topK: "topK",
  maxOutputTokens: "maxTokens",
  candidateCount: "n",
  seed: "seed",
  presencePenalty: "presencePenalty",
  frequencyPenalty: "frequencyPenalty",
  responseLogprobs: "logprobs",
  logprobs: "topLogprobs",
};

const PENALTIES = [
  ["presencePenalty", "presence_penalty"],
  ["frequencyPenalty", "frequency_penalty"],
] as const;

/** The request without penalties, where the model refuses them. One of 0 asks for nothing. */
function withoutPenalties(request: InferenceRequest, account: EncodingAccount): InferenceRequest {
  for (const [field, told] of PENALTIES) {
    if ((request[field] ?? 0) !== 0) account.drop(told, "the model refuses it");
  }
  const { presencePenalty: _presence, frequencyPenalty: _frequency, ...rest } = request;
  return rest;
}

/** The request with what the model takes of its settings. */
function takenBy(
  asked: InferenceRequest,
  { model, rules }: { readonly model: string; readonly rules: GenerateContentRules },
  account: EncodingAccount,
): InferenceRequest {
  const request = isAmong(model, rules.penaltyModels) ? asked : withoutPenalties(asked, account);
  const { n, logprobs, topLogprobs, ...rest } = request;
  const isOne = isAmong(model, rules.oneAnswerModels);
  const isUnscored = isAmong(model, rules.unscoredModels);
  if (isOne && n !== undefined && n > 1) account.drop("n", "the model gives one answer");
  if (isUnscored && logprobs === true) account.drop("logprobs", "the model tells none");
  return { ...rest, ...present({ n: isOne ? undefined : n }), ...(!isUnscored && present({ logprobs, topLogprobs })) };
}

/** The settings of a request as a `generationConfig`, without what is said about thinking. */
export function encodeConfig(
  asked: InferenceRequest,
  target: { readonly model: string; readonly rules: GenerateContentRules },
  account: EncodingAccount,
): JsonObject {
  const request = takenBy(asked, target, account);
  const { stop, modalities, responseFormat, audio, extra } = request;
  const plain = Object.fromEntries(
    Object.entries(NAMES).map(([field, name]) => [field, request[name] as number | boolean | undefined]),
  );
  const voice = stringOf(audio?.["voice"]);
  return present({
    ...objectOf(extra?.["generationConfig"]),
    ...present(plain),
    ...present({
      stopSequences: stopSequences(stop, account),
      responseModalities: modalities?.map((word) => word.toUpperCase()),
      speechConfig: voice === undefined ? undefined : { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } },
    }),
    ...encodeFormat(responseFormat),
  });
}

const STOPS_MAX = 5;

function stopSequences(stop: InferenceRequest["stop"], account: EncodingAccount): readonly string[] | undefined {
  if (stop === undefined) return undefined;
  const given = typeof stop === "string" ? [stop] : stop;
  const fit = given.filter((text) => text !== "").slice(0, STOPS_MAX);
  if (fit.length < given.length) account.dropOnce("stop", "the server takes five stop sequences, and no empty one");
  return fit.length === 0 ? undefined : fit;
}

function encodeFormat(format: ResponseFormat | undefined): JsonObject {
  if (format === undefined || format.type === "text") return {};
  if (format.type === "json_object") return { responseMimeType: JSON_TYPE };
  return { responseMimeType: JSON_TYPE, responseJsonSchema: format.schema };
}
