import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import { reportedFailure } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { ReplyFacts } from "../translation/codec.ts";
import type { PassingEmbeddings } from "../translation/embeddings.ts";
import { readUsage } from "./metrics.ts";

export const embedPassing: PassingEmbeddings = { route: () => ({ path: "/api/embed" }), adapt, readReply };

/** The older route, for one text. */
export const embeddingsPassing: PassingEmbeddings = { ...embedPassing, route: () => ({ path: "/api/embeddings" }) };

function adapt(json: JsonObject, { model, isClean }: Parameters<PassingEmbeddings["adapt"]>[1]): AdaptedBody {
  const editor = cleanEditor(json, isClean);
  editor.set("model", model);
  return editor.done();
}

function readReply(value: JsonValue, wallNowMs: () => number): ReplyFacts | Failure {
  const failure = reportedFailure(value, wallNowMs);
  if (failure) return failure;
  if (isObject(value) && (isArray(value["embeddings"]) || isArray(value["embedding"]))) {
    return present({ usage: readUsage(value), model: stringOf(value["model"]) });
  }
  return failureOf("protocol", "The model server's embeddings reply holds no vector");
}
