import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { otherFields } from "../assembly/field-set.ts";
import { readParameters, writeParameters } from "../assembly/parameter-rows.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import { checkFields, checkModel, FIELD_KINDS, refuseBody } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { present } from "../failure/present.ts";
import { isObject, numberOf, objectOf, objectsOf, stringOf } from "../json/read.ts";
import type { Steps } from "../json/steps.ts";
import { conversationOf } from "../translation/conversation.ts";
import { adaptChatRequest } from "./adapt.ts";
import { checkMessages, checkMessagesInSteps } from "./check-messages.ts";
import { checkTools } from "./check-tools.ts";
import { decodeMessage, encodeMessage } from "./messages.ts";
import { CHECKED_PARAMETERS, PARAMETER_ROWS } from "./parameters.ts";
import type { RequestRules } from "./rules.ts";
import {
  decodeResponseFormat,
  decodeTool,
  decodeToolChoice,
  encodeResponseFormat,
  encodeTool,
  encodeToolChoice,
} from "./tools.ts";
import type { WireRequest } from "./types.ts";

export interface EncodeRequestOptions {
  readonly stream: boolean;
  readonly rules: RequestRules;
  /** Ask a stream to end with its token counts. */
  readonly wantUsage: boolean;
}

/** The request as a body for a server with these rules, and what the rules changed in it. */
export function encodeChatRequest(
  request: InferenceRequest,
  options: EncodeRequestOptions,
): Pick<AdaptedBody, "body" | "changes"> {
  const { body, changes } = adaptChatRequest(canonicalBody(request), { ...options, model: request.model });
  return { body, changes };
}

function canonicalBody(request: InferenceRequest): JsonObject {
  const { model, tools, toolChoice, maxTokens, responseFormat, extra } = request;
  return {
    ...extra,
    model,
    messages: conversationOf(request).map(encodeMessage),
    ...writeParameters(request, PARAMETER_ROWS),
    ...present({
      max_completion_tokens: maxTokens,
      tools: tools?.map(encodeTool),
      tool_choice: toolChoice === undefined ? undefined : encodeToolChoice(toolChoice, tools ?? []),
      response_format: responseFormat === undefined ? undefined : encodeResponseFormat(responseFormat),
    }),
  };
}

/**
 * Reads a body that `checkChatRequest` found good. Nothing is left out: what the model has no name for
 * goes to `extra`, at the place where it stood. Only `stream` is the transport's business.
 */
export function decodeChatRequest(json: JsonObject): InferenceRequest {
  const body: WireRequest = json;
  const { parameters, read } = readParameters(body, PARAMETER_ROWS);
  const limit = tokenLimit(body);
  const tools = FIELD_KINDS.objects.fits(body.tools ?? null) ? objectsOf(body.tools).map(decodeTool) : undefined;
  const toolChoice = decodeToolChoice(body.tool_choice ?? null, tools ?? []);
  const responseFormat = decodeResponseFormat(body.response_format ?? null);
  const taken = new Set([
    "model",
    "messages",
    "stream",
    ...read,
    ...(limit === undefined ? [] : [limit.field]),
    ...(tools ? ["tools"] : []),
    ...(toolChoice === undefined ? [] : ["tool_choice"]),
    ...(responseFormat ? ["response_format"] : []),
  ]);
  return {
    model: stringOf(body.model) ?? "",
    messages: objectsOf(body.messages).map(decodeMessage),
    ...parameters,
    ...present({ maxTokens: limit?.value, tools, toolChoice, responseFormat, extra: otherFields(body, taken) }),
  };
}

/** The newer name goes before the older one, which then stays in `extra`. */
function tokenLimit(body: WireRequest): { readonly field: string; readonly value: number } | undefined {
  for (const field of ["max_completion_tokens", "max_tokens"]) {
    const value = numberOf(body[field]);
    if (value !== undefined) return { field, value };
  }
  return undefined;
}

const CHECKED: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries({
    stream: FIELD_KINDS.boolean,
    stream_options: FIELD_KINDS.object,
    max_tokens: FIELD_KINDS.integer,
    max_completion_tokens: FIELD_KINDS.integer,
    tools: FIELD_KINDS.objects,
    tool_choice: {
      fits: (value) => typeof value === "string" || objectOf(value) !== undefined,
      expected: "a string or an object",
    },
    response_format: FIELD_KINDS.object,
    ...CHECKED_PARAMETERS,
  }),
);

/**
 * What is wrong with a client's body, if anything is: only what no server could make sense of. Fields
 * and roles that nobody knows are for the target to judge.
 */
export function checkChatRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  return checkModel(json) ?? checkMessages(json) ?? checkOthers(json);
}

/** The same for a large body. */
export function* checkChatRequestInSteps(json: JsonObject): Steps<Failure | undefined> {
  return checkModel(json) ?? (yield* checkMessagesInSteps(json)) ?? checkOthers(json);
}

function checkOthers(json: JsonObject): Failure | undefined {
  return checkFields(json, CHECKED) ?? checkTools(json);
}
