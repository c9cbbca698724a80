import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { classifyValue } from "../failure/classify.ts";
import { isObject, objectOf } from "../json/read.ts";

/** Why a response failed, by the event that says so. */
export function readFailed(
  chunk: JsonObject,
  told: { readonly wallNowMs: number; readonly partial: boolean },
): Failure {
  const { error } = objectOf(chunk["response"]) ?? {};
  const known = isObject(error) && Object.keys(error).length > 0;
  const isCancelled = chunk["type"] === "response.cancelled";
  const message = isCancelled ? "The model server cancelled the response" : "The model server's response failed";
  return classifyValue({ error: known ? error : { message, code: "server_error" } }, told);
}
