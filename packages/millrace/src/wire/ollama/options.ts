import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { FIELD_KINDS } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

type OptionField =
  | "maxTokens"
  | "temperature"
  | "topP"
  | "topK"
  | "seed"
  | "stop"
  | "presencePenalty"
  | "frequencyPenalty";

const { number, positive, text } = FIELD_KINDS;

/** The options that mean the same in the model, by their names here. -1 and -2 tokens mean no limit: they stay. */
const OPTIONS: Readonly<Record<OptionField, { readonly wire: string; readonly kind: FieldKind }>> = {
  maxTokens: { wire: "num_predict", kind: positive },
  temperature: { wire: "temperature", kind: number },
  topP: { wire: "top_p", kind: number },
  topK: { wire: "top_k", kind: number },
  seed: { wire: "seed", kind: number },
  stop: { wire: "stop", kind: text },
  presencePenalty: { wire: "presence_penalty", kind: number },
  frequencyPenalty: { wire: "frequency_penalty", kind: number },
};

const ROWS = Object.entries(OPTIONS).map(([field, option]) => ({ field, ...option }));

export function encodeOptions(request: InferenceRequest): JsonObject {
  const { stop } = request;
  const fields: Readonly<Record<string, unknown>> = {
    ...request,
    // The server takes a list only.
    ...(typeof stop === "string" && { stop: [stop] }),
  };
  const given = ROWS.filter(({ field }) => fields[field] !== undefined);
  return Object.fromEntries(given.map(({ field, wire }) => [wire, fields[field]])) as JsonObject;
}

/** The options that have a name in the model, and all others as they are. */
export function decodeOptions(options: JsonField): {
  readonly parameters: Partial<Pick<InferenceRequest, OptionField>>;
  readonly rest?: JsonObject;
} {
  if (!isObject(options)) return { parameters: {} };
  const read = ROWS.filter(({ wire, kind }) => {
    const value = options[wire];
    return value !== undefined && value !== null && kind.fits(value);
  });
  const names = new Set(read.map(({ wire }) => wire));
  const rest = Object.entries(options).filter(([name, value]) => !names.has(name) && value !== undefined);
  // Each value was checked against the kind of its row.
  const parameters = Object.fromEntries(
    read.map(({ field, wire }) => [field, options[wire]]),
  ) as Partial<InferenceRequest>;
  return { parameters, ...(rest.length > 0 && { rest: Object.fromEntries(rest) }) };
}
