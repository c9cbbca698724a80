import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { present } from "../failure/present.ts";
import { numberOf, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { EncodedRequest, RequestEncoding } from "../translation/codec.ts";
import { conversationOf, instructedConversation } from "../translation/conversation.ts";
import { EncodingAccount } from "../translation/encoding-account.ts";
import { withoutForcedCall } from "../translation/forced-calls.ts";
import { DocumentNames } from "./document-names.ts";
import { CallIds } from "./call-ids.ts";
import { converseMessages, systemBlocks } from "./messages.ts";
import { dropUnknown, inferenceConfig, outputConfig, requestMetadata, serviceTier, topKFields } from "./parameters.ts";
import { reasoningOf, withoutSampling } from "./reasoning.ts";
import type { Reasoning } from "./reasoning.ts";
import { familyOf } from "./rules.ts";
import type { ConverseRules, ModelFamily } from "./rules.ts";
import { toolFields } from "./tools.ts";
import { messageJson } from "./types.ts";

/** A request as the body of `converse` or `converse-stream`; the model stands in the path. */
export function encodeConverseRequest(
  given: InferenceRequest,
  { model, stream }: RequestEncoding,
  rules: ConverseRules,
): EncodedRequest {
  const family = familyOf(rules, model);
  const account = new EncodingAccount();
  const { turns, changes } = instructedConversation(given);
  account.report(...changes);
  const request = family.claude?.forcedCalls === "never" ? withoutForcedCall(given, account) : given;
  const all = conversationOf(request);
  const first = all.length - turns.length;
  const context = { family, account, documents: new DocumentNames(), ids: new CallIds(family.callIds) };
  const system = systemBlocks(all.slice(0, first), context);
  const messages = converseMessages(turns, first, context).map(messageJson);
  const { toolConfig, additional } = toolFields(request, turns, context);
  const reasoning = reasoningOf(request, family, turns, account);
  const limited = withLimit({ ...request, ...present({ maxTokens: reasoning.maxTokens }) }, reasoning, family, account);
  const rest = withoutSampling(limited, reasoning.fields, account);
  const fields = { ...additional, ...reasoning.fields, ...topKFields(rest, family, account) };
  dropUnknown(request, account);
  const config = inferenceConfig(rest, family, account);
  const body = {
    ...request.extra,
    ...present({
      system: system.length === 0 ? undefined : system,
      messages,
      inferenceConfig: config,
      toolConfig,
      outputConfig: outputConfig(request, family, account),
      serviceTier: serviceTier(request, account),
      requestMetadata: requestMetadata(request, account),
      additionalModelRequestFields: additionalFields(request, fields),
      additionalModelResponseFieldPaths: stopSequencePaths(request, family, config?.["stopSequences"], stream),
    }),
  };
  return { body, changes: account.changes, ...present({ refusal: account.refusal }) };
}

/** A caller's own go before ours. */
function additionalFields({ extra }: InferenceRequest, fields: JsonObject): JsonObject | undefined {
  const all = { ...fields, ...objectOf(extra?.["additionalModelRequestFields"]) };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** Anthropic's models say which stop sequence ended the answer, where they are asked. */
function stopSequencePaths(
  { extra }: InferenceRequest,
  { anthropicFields }: ModelFamily,
  stopSequences: JsonField,
  stream: boolean,
): readonly string[] | undefined {
  const own = extra?.["additionalModelResponseFieldPaths"];
  if (stopSequences === undefined || !anthropicFields || own !== undefined) return undefined;
  return [stream ? "/delta/stop_sequence" : "/stop_sequence"];
}

/** A limit where the caller gave none and the service would cut answers short. */
function withLimit(
  request: InferenceRequest,
  { fields }: Reasoning,
  { defaultMaxTokens }: ModelFamily,
  account: EncodingAccount,
): InferenceRequest {
  if (request.maxTokens !== undefined || defaultMaxTokens === undefined) return request;
  const thoughts = numberOf(objectOf(fields["thinking"])?.["budget_tokens"]) ?? 0;
  const maxTokens = defaultMaxTokens + thoughts;
  const reason = "the service would end the answer after 4096 tokens";
  account.report({ field: "max_tokens", action: "added", to: String(maxTokens), reason });
  return { ...request, maxTokens };
}
