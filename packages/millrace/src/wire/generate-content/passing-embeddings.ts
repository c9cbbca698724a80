import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import { reportedFailure } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, isObject } from "../json/read.ts";
import type { ReplyFacts } from "../translation/codec.ts";
import type { PassingEmbeddings } from "../translation/embeddings.ts";
import { modelName, modelRoute } from "./model-path.ts";
import { GEMINI_RULES } from "./rules.ts";
import { readUsage } from "./usage.ts";

export const embedContentPassing: PassingEmbeddings = {
  route: (model) => modelRoute(model, "embedContent", GEMINI_RULES),
  adapt: (json, { model, isClean }) => {
    const editor = cleanEditor(json, isClean);
    if (typeof json["model"] === "string") editor.set("model", modelName(model));
    return editor.done();
  },
  readReply,
};

export const batchEmbedContentsPassing: PassingEmbeddings = {
  route: (model) => modelRoute(model, "batchEmbedContents", GEMINI_RULES),
  adapt: (json, { model, isClean }) => {
    const editor = cleanEditor(json, isClean);
    const name = modelName(model);
    const requests = arrayOf(editor.body["requests"]);
    if (requests.some((request) => isObject(request) && request["model"] !== name)) {
      editor.rewrite(
        "requests",
        requests.map((request) => (isObject(request) ? { ...request, model: name } : request)),
      );
    }
    return editor.done();
  },
  readReply,
};

function readReply(value: JsonValue, wallNowMs: () => number): ReplyFacts | Failure {
  const failure = reportedFailure(value, wallNowMs);
  if (failure) return failure;
  if (isObject(value) && (isObject(value["embedding"]) || isArray(value["embeddings"]))) {
    return present({ usage: readUsage(value["usageMetadata"]) });
  }
  return failureOf("protocol", "The model server's embeddings reply holds no vector");
}
