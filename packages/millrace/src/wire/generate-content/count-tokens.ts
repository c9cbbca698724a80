import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { onlyFields } from "../json/only-fields.ts";
import { isObject, numberOf } from "../json/read.ts";
import type { DecodedRequest, TokenCountCodec } from "../translation/codec.ts";
import { checkRequest } from "./check.ts";
import { modelName, modelRoute } from "./model-path.ts";
import { decodeRequest } from "./request.ts";
import type { GenerateContentRules } from "./rules.ts";
import { camelFields, camelObject } from "./spelling.ts";

/** Reads a question for the number of tokens: a whole request in `generateContentRequest`, or its contents alone. */
export function decodeCountTokens(json: JsonObject): DecodedRequest | Failure {
  const body = camelFields(json);
  const request = camelObject(body["generateContentRequest"]) ?? body;
  return checkRequest(request) ?? decodeRequest(request);
}

/** What Vertex is asked about, which takes no whole request. */
const FIELDS: ReadonlySet<string> = new Set(["contents", "systemInstruction", "tools", "generationConfig"]);

/** How Google is asked how many tokens a request has. */
export function generateContentTokenCount(rules: GenerateContentRules): TokenCountCodec {
  return {
    routeOf: (model) => modelRoute(model, "countTokens", rules),
    questionOf: (body, model) =>
      rules.countsWholeRequests
        ? { generateContentRequest: { ...body, model: modelName(model) } }
        : onlyFields(body, FIELDS),
    readReply: (reply) => (isObject(reply) ? numberOf(reply["totalTokens"]) : undefined),
  };
}

/** The answer to it. */
export function encodeCountTokens(tokens: number): JsonObject {
  return { totalTokens: tokens };
}
