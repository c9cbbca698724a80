import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { refuse } from "../../wire/assembly/request-checks.ts";
import { encodeFloats } from "../../wire/embeddings/float-codec.ts";
import { checkEmbeddingsRequest, requestedFormat } from "../../wire/embeddings/request.ts";
import { numberOf, stringOf } from "../../wire/json/read.ts";
import { type Act, jsonReply } from "./act.ts";
import { inputTexts } from "./input-texts.ts";
import { modelFor } from "./models.ts";
import { promptSize } from "./prompt-size.ts";
import { DIMENSIONS, DIMENSIONS_MAX, vectorOf } from "./vectors.ts";

/** Of one reply: 2048 vectors, as many as OpenAI gives, each of 512 numbers. */
const NUMBERS_MAX = 1_048_576;

/** The reply to a request for embeddings, or what is wrong with it. */
export function answerEmbeddings(body: JsonObject): Iterable<Act> | Failure {
  const wrong = checkEmbeddingsRequest(body);
  if (wrong !== undefined) return wrong;
  const model = modelFor(stringOf(body["model"]) ?? "", "vectors");
  if ("kind" in model) return model;
  const texts = inputTexts(body["input"] ?? "");
  const dimensions = numberOf(body["dimensions"]) ?? DIMENSIONS;
  if (dimensions > DIMENSIONS_MAX)
    return refuse("dimensions", `${model.id} gives at most ${DIMENSIONS_MAX} dimensions.`);
  if (texts.length * dimensions > NUMBERS_MAX) return refuse("input", "These are too many texts for one request.");
  const tokens = promptSize(texts, "input");
  if (typeof tokens !== "number") return tokens;
  const packed = requestedFormat(body) === "base64";
  const data = texts.map((text, index) => {
    const vector = vectorOf(text, dimensions);
    return { object: "embedding", index, embedding: packed ? encodeFloats(vector) : vector };
  });
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return jsonReply(200, { object: "list", data, model: model.id, usage });
}
