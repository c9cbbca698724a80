import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, isObject, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { DecodedVectors, EmbeddingsServerCodec, EncodedEmbeddingsRequest } from "../translation/embeddings.ts";
import { modelName, modelRoute } from "./model-path.ts";
import { GEMINI_RULES } from "./rules.ts";
import { readUsage } from "./usage.ts";

/** Embeddings from a server of the dialect. One request asks for any number of vectors. */
export const generateContentEmbeddings: EmbeddingsServerCodec = {
  route: (model) => modelRoute(model, "batchEmbedContents", GEMINI_RULES),
  encodeRequest,
  decodeReply,
};

function encodeRequest(request: EmbeddingsRequest): EncodedEmbeddingsRequest {
  const { model, input, dimensions, user, extra } = request;
  const texts: readonly JsonValue[] = typeof input === "string" ? [input] : input;
  const settings = { ...extra, ...present({ outputDimensionality: dimensions }) };
  const requests = texts.map((text) => ({ ...settings, model: modelName(model), content: { parts: [{ text }] } }));
  const reason = "the dialect has no word for it";
  return {
    body: { requests },
    changes: user === undefined ? [] : [{ field: "user", action: "dropped", reason }],
    ...(texts.every((text) => typeof text === "string") ? {} : { refusal: refuseTokens() }),
  };
}

function refuseTokens(): Failure {
  return failureOf("unsupported", "`input` holds token ids, which this server does not read: send texts", {
    param: "input",
  });
}

function decodeReply(value: JsonValue, { input }: EmbeddingsRequest): DecodedVectors | Failure {
  const reply = objectOf(value) ?? {};
  const items =
    reply["embeddings"] === undefined && isObject(reply["embedding"]) ? [reply["embedding"]] : reply["embeddings"];
  if (!isArray(items)) return flawed('has no "embeddings" array');
  const vectors: (readonly number[])[] = [];
  for (const [position, item] of items.entries()) {
    const values = vectorOf(objectOf(item)?.["values"]);
    if (values === undefined) return flawed(`has no vector in item ${position}`);
    vectors.push(values);
  }
  const wanted = typeof input === "string" ? 1 : input.length;
  if (vectors.length !== wanted) return flawed(`holds ${vectors.length} vectors for ${wanted} inputs`);
  return { vectors, ...present({ usage: usageOf(reply) }) };
}

function usageOf(reply: JsonObject): DecodedVectors["usage"] {
  return readUsage(reply["usageMetadata"]);
}

function vectorOf(value: JsonField): readonly number[] | undefined {
  const values = arrayOf(value);
  return values.length > 0 && values.every((member) => typeof member === "number") ? values : undefined;
}

function flawed(flaw: string): Failure {
  return failureOf("protocol", `The model server's embeddings reply ${flaw}`);
}
