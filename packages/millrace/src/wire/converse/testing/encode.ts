import type { InferenceRequest } from "../../../model/request.ts";
import type { EncodedRequest, RequestEncoding } from "../../translation/codec.ts";
import { createConverseServer } from "../codec.ts";
import { BEDROCK_RULES } from "../rules.ts";
import type { ConverseRules } from "../rules.ts";
import { CLAUDE } from "./streams.ts";

/** Bedrock as it is where every caller says how long an answer may be. */
const LIMITED: ConverseRules = {
  ...BEDROCK_RULES,
  families: BEDROCK_RULES.families.map(({ defaultMaxTokens: _added, ...family }) => family),
};

/**
 * A request as it goes to Bedrock, to a Claude model unless another is named. No limit is added to it, so that only
 * what a test is about is in its body.
 */
export function encode(
  request: Omit<InferenceRequest, "model">,
  options: Partial<RequestEncoding> = {},
): EncodedRequest {
  const all = { model: CLAUDE, stream: true, translated: true, ...options };
  return createConverseServer(LIMITED).encodeRequest({ model: all.model, ...request }, all);
}

/** What was told of a request: field, action and what it became. */
export function changesOf({ changes }: EncodedRequest): readonly string[] {
  return changes.map(({ field, action, to }) => [field, action, ...(to === undefined ? [] : [to])].join(" "));
}

export type Fields = Omit<InferenceRequest, "model">;

/** A question with these fields, as it goes to the model: its body without the question, and the changes. */
export function sent(
  fields: Fields,
  model?: string,
  stream = true,
): { readonly body: object; readonly changes: readonly string[] } {
  const encoded = encode({ prompt: "Hi", ...fields }, { stream, ...(model !== undefined && { model }) });
  const { messages: _question, ...body } = encoded.body;
  return { body, changes: changesOf(encoded) };
}
