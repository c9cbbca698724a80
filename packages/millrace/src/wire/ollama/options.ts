import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { otherFields } from "../assembly/field-set.ts";
import { parameterRows, readParameters, writeParameters } from "../assembly/parameter-rows.ts";
import { FIELD_KINDS } from "../assembly/request-checks.ts";
import { present } from "../failure/present.ts";
import { isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

const { number, positive, text } = FIELD_KINDS;

/** The options that mean the same in the model, by their names here. -1 and -2 tokens mean no limit: they stay. */
const OPTION_ROWS = parameterRows({
  maxTokens: { wire: "num_predict", kind: positive },
  temperature: { wire: "temperature", kind: number },
  topP: { wire: "top_p", kind: number },
  topK: { wire: "top_k", kind: number },
  seed: { wire: "seed", kind: number },
  stop: { wire: "stop", kind: text },
  presencePenalty: { wire: "presence_penalty", kind: number },
  frequencyPenalty: { wire: "frequency_penalty", kind: number },
});

export function encodeOptions(request: InferenceRequest): JsonObject {
  const { stop } = request;
  // The server takes a list only.
  return writeParameters({ ...request, ...(typeof stop === "string" && { stop: [stop] }) }, OPTION_ROWS);
}

/** The options that have a name in the model, and all others as they are. */
export function decodeOptions(options: JsonField): {
  readonly parameters: Partial<InferenceRequest>;
  readonly rest?: JsonObject;
} {
  if (!isObject(options)) return { parameters: {} };
  const { parameters, read } = readParameters(options, OPTION_ROWS);
  return { parameters, ...present({ rest: otherFields(options, new Set(read)) }) };
}
