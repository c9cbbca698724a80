import type { InferenceRequest } from "../../../model/request.ts";
import type { EncodedRequest, RequestEncoding } from "../../translation/codec.ts";
import { createConverseServer } from "../codec.ts";
import { BEDROCK_RULES } from "../rules.ts";
import { CLAUDE } from "./streams.ts";

/** A request as it goes to Bedrock, to a Claude model unless another is named. */
export function encode(
  request: Omit<InferenceRequest, "model">,
  options: Partial<RequestEncoding> = {},
): EncodedRequest {
  const all = { model: CLAUDE, stream: true, translated: true, ...options };
  return createConverseServer(BEDROCK_RULES).encodeRequest({ model: all.model, ...request }, all);
}

/** What was told of a request: field, action and what it became. */
export function changesOf({ changes }: EncodedRequest): readonly string[] {
  return changes.map(({ field, action, to }) => [field, action, ...(to === undefined ? [] : [to])].join(" "));
}
