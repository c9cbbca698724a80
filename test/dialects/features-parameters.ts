import type { JsonValue } from "../../packages/millrace/src/model/json.ts";
import type { InferenceRequest, ResponseFormat } from "../../packages/millrace/src/model/request.ts";
import type { RequestFeature } from "./request-feature.ts";

const SCHEMA: ResponseFormat = {
  type: "json_schema",
  name: "person",
  schema: {
    type: "object",
    properties: { name: { type: "string" } },
    required: ["name"],
    additionalProperties: false,
  },
};

export const PARAMETER_FEATURES: readonly RequestFeature[] = [
  {
    name: "JSON object",
    // OpenAI refuses it where nothing speaks of JSON.
    ask: { messages: [{ role: "user", content: "Answer in JSON." }], responseFormat: { type: "json_object" } },
    said: ({ responseFormat }) => (responseFormat?.type === "json_object" ? "json_object" : undefined),
  },
  {
    name: "JSON schema",
    ask: { responseFormat: SCHEMA },
    said: ({ responseFormat }) => (responseFormat?.type === "json_schema" ? responseFormat.schema : undefined),
  },
  parameter("max tokens", "maxTokens", 77),
  parameter("temperature", "temperature", 0.5),
  parameter("top_p", "topP", 0.9),
  parameter("top_k", "topK", 40),
  {
    name: "stop sequences",
    ask: { stop: ["END"] },
    said: ({ stop }) => (stop === undefined ? undefined : [stop].flat()),
  },
  parameter("seed", "seed", 7),
  parameter("several answers (`n`)", "n", 2),
  parameter("presence penalty", "presencePenalty", 0.5),
  parameter("frequency penalty", "frequencyPenalty", 0.5),
  parameter("logit_bias", "logitBias", { "50256": -100 }),
  {
    name: "logprobs",
    ask: { logprobs: true, topLogprobs: 2 },
    said: ({ logprobs, topLogprobs }) => (logprobs === true ? (topLogprobs ?? 0) : undefined),
  },
  parameter("user", "user", "someone"),
  parameter("metadata", "metadata", { ticket: "12" }),
  { ...parameter("service tier", "serviceTier", "flex"), bodies: { messages: { service_tier: "standard_only" } } },
  parameter("prompt cache key", "promptCacheKey", "session-1"),
  parameter("verbosity", "verbosity", "low"),
];

function parameter(name: string, field: keyof InferenceRequest, value: JsonValue): RequestFeature {
  // Each row gives a value of its field's type.
  return { name, ask: { [field]: value }, said: (request) => request[field] as JsonValue | undefined };
}
