import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { present } from "../failure/present.ts";
import { objectOf } from "../json/read.ts";
import type { EncodedRequest, RequestEncoding } from "../translation/codec.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeFormat } from "./format.ts";
import { encodeOptions } from "./options.ts";
import type { OllamaRules } from "./rules.ts";
import { encodeThink } from "./thinking.ts";
import { encodeTools } from "./tools.ts";

/** A request as a body for `/api/chat` of a server with these rules. */
export function encodeChatRequest(
  request: InferenceRequest,
  { model, stream, translated }: RequestEncoding,
  rules: OllamaRules,
): EncodedRequest {
  const { responseFormat, logprobs, topLogprobs, extra } = request;
  const { messages, changes, refusal } = encodeMessages(request);
  const { tools, changes: toolChanges } = encodeTools(request);
  const { think, changes: thinkChanges } = encodeThink(request, rules);
  const options = { ...encodeOptions(request), ...objectOf(extra?.["options"]) };
  const body: JsonObject = {
    ...(translated && present({ truncate: rules.truncate })),
    ...extra,
    model,
    messages,
    stream,
    ...(tools.length > 0 && { tools }),
    ...present({
      format: responseFormat && encodeFormat(responseFormat),
      think,
      logprobs,
      top_logprobs: topLogprobs,
      options: Object.keys(options).length > 0 ? options : undefined,
    }),
  };
  const lost = [...changes, ...toolChanges, ...thinkChanges, ...unknownParameters(request)];
  return { body: { ...body, ...loading(body, rules) }, changes: lost, ...(refusal && { refusal }) };
}

/** How a model is loaded, where a request does not say. */
export function loading(body: JsonObject, { contextLength, keepAlive }: OllamaRules): JsonObject {
  const options = objectOf(body["options"]);
  const unsized = contextLength !== undefined && (options?.["num_ctx"] ?? null) === null;
  return {
    ...(unsized && { options: { ...options, num_ctx: contextLength } }),
    ...(keepAlive !== undefined && (body["keep_alive"] ?? null) === null && { keep_alive: keepAlive }),
  };
}

/** What the server knows nothing of, by its name in chat completions. */
const UNKNOWN: readonly (readonly [keyof InferenceRequest, string])[] = [
  ["logitBias", "logit_bias"],
  ["verbosity", "verbosity"],
  ["audio", "audio"],
  ["prediction", "prediction"],
  ["webSearchOptions", "web_search_options"],
  ["user", "user"],
  ["safetyIdentifier", "safety_identifier"],
  ["promptCacheKey", "prompt_cache_key"],
  ["promptCacheRetention", "prompt_cache_retention"],
  ["metadata", "metadata"],
  ["serviceTier", "service_tier"],
];

function unknownParameters(request: InferenceRequest): readonly Change[] {
  const { n, store, modalities = [] } = request;
  const fields = UNKNOWN.filter(([field]) => request[field] !== undefined).map(([, wire]) => wire);
  if (n !== undefined && n > 1) fields.push("n");
  // Not storing, and text alone, is all that the server does.
  if (store === true) fields.push("store");
  if (modalities.some((modality) => modality !== "text")) fields.push("modalities");
  return fields.map((field) => ({ field, action: "dropped", reason: "the server does not know it" }));
}
