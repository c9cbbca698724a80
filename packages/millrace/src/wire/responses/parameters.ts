import type { JsonObject } from "../../model/json.ts";
import type { ResponseFormat } from "../../model/request.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { parameterRows } from "../assembly/parameter-rows.ts";
import type { ParameterRow, WireParameter } from "../assembly/parameter-rows.ts";
import { FIELD_KINDS } from "../assembly/request-checks.ts";
import { present } from "../failure/present.ts";
import { isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

interface Parameter extends WireParameter {
  /** Not OpenAI's: only some servers of this dialect know it. */
  readonly fromChat?: boolean;
}

type ParameterField =
  | "maxTokens"
  | "temperature"
  | "topP"
  | "parallelToolCalls"
  | "user"
  | "safetyIdentifier"
  | "promptCacheKey"
  | "promptCacheRetention"
  | "metadata"
  | "store"
  | "serviceTier"
  | "presencePenalty"
  | "frequencyPenalty"
  | "seed"
  | "topK"
  | "stop"
  | "logitBias";

const { string, number, integer, boolean, object, text, numbers } = FIELD_KINDS;

/** Every parameter that is one value here and in the model. */
const PARAMETERS: Readonly<Record<ParameterField, Parameter>> = {
  maxTokens: { wire: "max_output_tokens", kind: integer },
  temperature: { wire: "temperature", kind: number },
  topP: { wire: "top_p", kind: number },
  parallelToolCalls: { wire: "parallel_tool_calls", kind: boolean },
  user: { wire: "user", kind: string },
  safetyIdentifier: { wire: "safety_identifier", kind: string },
  promptCacheKey: { wire: "prompt_cache_key", kind: string },
  promptCacheRetention: { wire: "prompt_cache_retention", kind: string },
  metadata: { wire: "metadata", kind: object },
  store: { wire: "store", kind: boolean },
  serviceTier: { wire: "service_tier", kind: string },
  presencePenalty: { wire: "presence_penalty", kind: number, fromChat: true },
  frequencyPenalty: { wire: "frequency_penalty", kind: number, fromChat: true },
  seed: { wire: "seed", kind: integer, fromChat: true },
  topK: { wire: "top_k", kind: integer, fromChat: true },
  stop: { wire: "stop", kind: text, fromChat: true },
  logitBias: { wire: "logit_bias", kind: numbers, fromChat: true },
};

export const PARAMETER_ROWS: readonly ParameterRow<ParameterField, Parameter>[] = parameterRows(PARAMETERS);

/** Reads `text`. */
export function decodeText(text: JsonField): {
  readonly responseFormat?: ResponseFormat;
  readonly verbosity?: string;
  readonly rest?: JsonObject;
} {
  const fields = new FieldReader(isObject(text) ? text : {});
  const verbosity = fields.string("verbosity");
  const given = fields.object("format");
  const responseFormat = given && decodeFormat(given);
  const rest = { ...fields.rest(), ...(given && !responseFormat && { format: given }) };
  return present({ responseFormat, verbosity, rest: withoutNulls(rest) });
}

function decodeFormat(format: JsonObject): ResponseFormat | undefined {
  const fields = new FieldReader(format);
  const type = fields.oneOf("type", ["text", "json_object", "json_schema"]);
  if (type === "text") return { type };
  if (type === "json_object") return { type, ...present({ extra: fields.rest() }) };
  const name = fields.string("name");
  const schema = fields.object("schema");
  if (type === undefined || name === undefined || schema === undefined) return undefined;
  const options = present({ description: fields.string("description"), strict: fields.boolean("strict") });
  return { type, name, schema, ...options };
}

/** Reads `reasoning`. Who asks for it and for no summary gets none. */
export function decodeReasoning(reasoning: JsonField): {
  readonly reasoningEffort?: string;
  readonly reasoningSummary?: string;
  readonly rest?: JsonObject;
} {
  const fields = new FieldReader(isObject(reasoning) ? reasoning : {});
  const reasoningEffort = fields.string("effort");
  const unsaid = reasoningEffort === undefined ? undefined : "none";
  const reasoningSummary = fields.string("summary") ?? fields.string("generate_summary") ?? unsaid;
  return present({ reasoningEffort, reasoningSummary, rest: withoutNulls(fields.rest() ?? {}) });
}

export function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type !== "json_schema") return { type: format.type, ...("extra" in format ? format.extra : {}) };
  const { name, schema, description, strict } = format;
  return { type: "json_schema", name, schema, ...present({ description, strict }) };
}

/** `null` is how clients leave a field out. Nothing where nothing is left. */
export function withoutNulls(fields: JsonObject): JsonObject | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
