import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import { otherFields } from "../assembly/field-set.ts";
import { checkFields, checkModel, FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, isObject, numberOf, stringOf } from "../json/read.ts";
import type { EmbeddingsClientCodec } from "../translation/embeddings.ts";
import { encodeError } from "./error.ts";

/** `/api/embed` for clients: one text or several. */
export const ollamaEmbedClient: EmbeddingsClientCodec = {
  check: (json) => {
    if (!isObject(json)) return refuseBody(json);
    return checkModel(json) ?? checkInput(json) ?? checkFields(json, CHECKED);
  },
  decodeRequest: (json) => {
    const input = stringOf(json["input"]) ?? arrayOf(json["input"]).filter((text) => typeof text === "string");
    const dimensions = numberOf(json["dimensions"]);
    return {
      request: { ...named(json), input, ...present({ dimensions }), ...extraOf(json, EMBED_FIELDS) },
      changes: [],
    };
  },
  encodeResponse: (vectors, usage, asked) => ({
    model: stringOf(asked["model"]) ?? "",
    embeddings: vectors,
    total_duration: 0,
    load_duration: 0,
    ...present({ prompt_eval_count: usage?.promptTokens }),
  }),
  encodeError,
};

/** The older `/api/embeddings` for clients: one text, called `prompt`. */
export const ollamaEmbeddingsClient: EmbeddingsClientCodec = {
  check: (json) => {
    if (!isObject(json)) return refuseBody(json);
    return checkModel(json) ?? checkPrompt(json);
  },
  decodeRequest: (json) => ({
    request: { ...named(json), input: stringOf(json["prompt"]) ?? "", ...extraOf(json, PROMPT_FIELDS) },
    changes: [],
  }),
  encodeResponse: (vectors) => ({ embedding: vectors[0] ?? [] }),
  encodeError,
};

const CHECKED = new Map(Object.entries({ dimensions: FIELD_KINDS.positive, options: FIELD_KINDS.object }));
const EMBED_FIELDS: ReadonlySet<string> = new Set(["model", "input", "dimensions"]);
const PROMPT_FIELDS: ReadonlySet<string> = new Set(["model", "prompt"]);

function named(json: JsonObject): Pick<EmbeddingsRequest, "model"> {
  return { model: stringOf(json["model"]) ?? "" };
}

function extraOf(json: JsonObject, known: ReadonlySet<string>): Pick<EmbeddingsRequest, "extra"> {
  return present({ extra: otherFields(json, known) });
}

function checkInput({ input }: JsonObject): Failure | undefined {
  if (typeof input === "string") return undefined;
  if (!isArray(input)) {
    return refuse("input", `\`input\` must be a text or an array of texts, not ${nameOf(input)}`);
  }
  if (input.length === 0) return refuse("input", "`input` is empty: give at least one text");
  const odd = input.findIndex((text: JsonValue) => typeof text !== "string");
  return odd === -1
    ? undefined
    : refuse(`input[${odd}]`, `\`input[${odd}]\` must be a text, not ${nameOf(input[odd])}`);
}

function checkPrompt({ prompt }: JsonObject): Failure | undefined {
  return typeof prompt === "string" ? undefined : refuse("prompt", `\`prompt\` must be a text, not ${nameOf(prompt)}`);
}

export { ollamaEmbeddings } from "./embeddings-server.ts";
