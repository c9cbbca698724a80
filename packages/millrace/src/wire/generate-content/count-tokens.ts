import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedRequest } from "../translation/codec.ts";
import { checkRequest } from "./check.ts";
import { decodeRequest } from "./request.ts";
import { camelFields, camelObject } from "./spelling.ts";

/** Reads a question for the number of tokens: a whole request in `generateContentRequest`, or its contents alone. */
export function decodeCountTokens(json: JsonObject): DecodedRequest | Failure {
  const body = camelFields(json);
  const request = camelObject(body["generateContentRequest"]) ?? body;
  return checkRequest(request) ?? decodeRequest(request);
}

/** The answer to it. */
export function encodeCountTokens(tokens: number): JsonObject {
  return { totalTokens: tokens };
}
