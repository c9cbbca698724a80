import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import type { EmbeddingsInput, EmbeddingsRequest } from "../../model/request.ts";
import { reportedFailure } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { DecodedVectors, EmbeddingsServerCodec, EncodedEmbeddingsRequest } from "../translation/embeddings.ts";
import { readUsage } from "./metrics.ts";

/** `/api/embed` of servers. Vectors come as numbers, whatever was asked for. */
export const ollamaEmbeddings: EmbeddingsServerCodec = {
  route: () => ({ path: "/api/embed" }),
  encodeRequest,
  decodeReply,
};

function encodeRequest({ model, input, dimensions, user, extra }: EmbeddingsRequest): EncodedEmbeddingsRequest {
  const changes: readonly Change[] =
    user === undefined ? [] : [{ field: "user", action: "dropped", reason: "the server does not know it" }];
  const body = { ...extra, model, input, ...present({ dimensions }) };
  if (textsOf(input) !== undefined) return { body, changes };
  const message = "The server takes texts only: send them instead of token ids";
  return { body, changes, refusal: failureOf("unsupported", message, { param: "input" }) };
}

function decodeReply(value: JsonValue, { input }: EmbeddingsRequest): DecodedVectors | Failure {
  // A date among its hints would be read against the clock, but there is none in an error of this server.
  const failure = reportedFailure(value, () => 0);
  if (failure) return failure;
  const reply = isObject(value) ? value : {};
  const { embeddings } = reply;
  if (!isArray(embeddings)) return flawed('has no "embeddings" array');
  if (!embeddings.every(isVector)) return flawed("holds something that is no vector");
  const asked = textsOf(input)?.length ?? 0;
  if (embeddings.length !== asked) return flawed(`holds ${embeddings.length} vectors for ${asked} inputs`);
  return { vectors: embeddings, ...present({ usage: readUsage(reply), model: stringOf(reply["model"]) }) };
}

/** Nothing for token ids. */
function textsOf(input: EmbeddingsInput): readonly string[] | undefined {
  if (typeof input === "string") return [input];
  const texts: readonly (string | number | readonly number[])[] = input;
  return texts.every((text) => typeof text === "string") ? texts : undefined;
}

function isVector(value: JsonValue): value is readonly number[] {
  return isArray(value) && value.length > 0 && value.every((number) => typeof number === "number");
}

function flawed(flaw: string): Failure {
  return failureOf("protocol", `The model server's embeddings reply ${flaw}`);
}
