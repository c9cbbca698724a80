import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { otherFields } from "../assembly/field-set.ts";
import { parameterRows, readParameters } from "../assembly/parameter-rows.ts";
import { FIELD_KINDS } from "../assembly/request-checks.ts";
import { present } from "../failure/present.ts";
import { isArray, objectOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { DecodedRequest } from "../translation/codec.ts";
import { withoutAttribution } from "./attribution.ts";
import { decodeContent, decodeTurn } from "./decode-turns.ts";
import { decodeFormat } from "./output-format.ts";
import { decodeThinking, effortIn } from "./thinking.ts";
import { decodeTool, decodeToolChoice } from "./tools.ts";
import type { WireRequest } from "./types.ts";

/** Every parameter that is one value here and in the model. */
const PARAMETER_ROWS = parameterRows({
  maxTokens: { wire: "max_tokens", kind: FIELD_KINDS.integer },
  temperature: { wire: "temperature", kind: FIELD_KINDS.number },
  topP: { wire: "top_p", kind: FIELD_KINDS.number },
  topK: { wire: "top_k", kind: FIELD_KINDS.number },
  stop: { wire: "stop_sequences", kind: FIELD_KINDS.strings },
});

/** Fields that are read in parts; what is left of them goes to `extra` under their names. */
const READ_IN_PARTS = ["thinking", "output_config", "output_format", "metadata", "tool_choice", "service_tier"];

/**
 * Reads a body that `checkMessagesRequest` found good. Nothing is left out but the line in which a client tells who it
 * is. Only `stream` is the transport's business.
 */
export function decodeMessagesRequest(body: WireRequest): DecodedRequest {
  const { system, change } = withoutAttribution(body.system);
  const { parameters, read } = readParameters(body, PARAMETER_ROWS);
  const tools = isArray(body.tools) ? objectsOf(body.tools).map(decodeTool) : undefined;
  const { fields, extra: partly } = decodeParts(body);
  const taken = new Set(["model", "messages", "system", "stream", "tools", ...READ_IN_PARTS, ...read]);
  const extra = { ...otherFields(body, taken), ...partly };
  const request: InferenceRequest = {
    model: stringOf(body.model) ?? "",
    messages: [...decodeSystem(system), ...objectsOf(body.messages).flatMap(decodeTurn)],
    ...parameters,
    ...present({ tools }),
    ...fields,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { request, changes: change === undefined ? [] : [change] };
}

function decodeSystem(system: JsonField): readonly Message[] {
  const content = decodeContent(system);
  return content.length === 0 ? [] : [{ role: "system", content }];
}

/** Fields with more than one thing in them. */
function decodeParts(body: WireRequest): { readonly fields: Partial<InferenceRequest>; readonly extra: JsonObject } {
  const config = objectOf(body.output_config);
  const thinking = decodeThinking(body.thinking, effortIn(config));
  const responseFormat = decodeFormat(config?.["format"] ?? body.output_format);
  const { user_id: user, ...metadata } = objectOf(body.metadata) ?? {};
  const tier = decodeTier(body.service_tier);
  const taken = new Set([
    ...(thinking.usesEffort && effortIn(config) !== undefined ? ["effort"] : []),
    ...(responseFormat && config?.["format"] ? ["format"] : []),
  ]);
  const isUser = typeof user === "string";
  return {
    fields: {
      ...thinking.fields,
      ...decodeToolChoice(body.tool_choice),
      ...present({ responseFormat, user: isUser ? user : undefined, serviceTier: tier }),
    },
    extra: present({
      thinking: thinking.rest,
      output_config: config && otherFields(config, taken),
      output_format: responseFormat && !taken.has("format") ? undefined : (body.output_format ?? undefined),
      metadata: otherFields({ ...metadata, ...(!isUser && present({ user_id: user })) }, new Set()),
      service_tier: tier === undefined ? (body.service_tier ?? undefined) : undefined,
    }),
  };
}

/** The dialect's words for how fast an answer must be, by OpenAI's, which the model has. */
const TIERS: Readonly<Record<string, string>> = { auto: "auto", standard_only: "default" };

function decodeTier(tier: JsonField): string | undefined {
  return typeof tier === "string" && Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined;
}
