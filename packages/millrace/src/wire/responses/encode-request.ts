import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { BodyEditor } from "../assembly/body-editor.ts";
import { writeParameters } from "../assembly/parameter-rows.ts";
import { present } from "../failure/present.ts";
import { arrayOf, objectOf } from "../json/read.ts";
import type { EncodedRequest, RequestEncoding } from "../translation/codec.ts";
import { conversationOf } from "../translation/conversation.ts";
import { effortOfBudget } from "../translation/effort.ts";
import { NO_PLACE } from "../translation/encoding-account.ts";
import { isReasoningModel } from "../translation/reasoning-models.ts";
import { fitParameters } from "./adapt.ts";
import { encodeItems } from "./encode-items.ts";
import { speakingOfJson } from "./json-mode.ts";
import { encodeFormat, PARAMETER_ROWS } from "./parameters.ts";
import type { ResponsesRules } from "./rules.ts";
import { encodeToolChoice } from "./tool-choice.ts";
import { encodeTool } from "./tools.ts";
import { INCLUDE_ENCRYPTED_REASONING, INCLUDE_LOGPROBS } from "./types.ts";

/** Writes a request as a body for a server with these rules, and says what of it has no place there. */
export function encodeResponsesRequest(
  request: InferenceRequest,
  { model, stream }: Pick<RequestEncoding, "model" | "stream">,
  rules: ResponsesRules,
): EncodedRequest {
  const namesJson = rules.jsonInInput && request.responseFormat?.type === "json_object";
  // What is said apart from the input does not count there.
  const items = encodeItems(conversationOf(request), rules, !namesJson);
  const { instructions, refusal } = items;
  // There has to be something to answer.
  const asked = items.input.length > 0 ? items.input : [{ type: "message", role: "user", content: "" }];
  const { input, changes } = namesJson ? speakingOfJson(asked) : { input: asked, changes: [] };
  const editor = new BodyEditor({
    ...request.extra,
    model,
    ...present({ instructions }),
    input,
    ...toolsOf(request),
    ...parametersOf(request, rules),
    ...storageOf(request, model, rules),
    ...(stream && { stream }),
  });
  editor.clean();
  fitParameters(editor, model, rules);
  const adapted = editor.done();
  const told = [
    ...items.changes,
    ...changes,
    ...unwritten(request, model, rules),
    ...adapted.changes.map(inCommonWords),
  ];
  return { body: adapted.body, changes: told, ...(refusal && { refusal }) };
}

function parametersOf(request: InferenceRequest, rules: ResponsesRules): JsonObject {
  const rows = PARAMETER_ROWS.filter(({ fromChat }) => fromChat !== true || rules.chatParameters);
  const { responseFormat, verbosity, topLogprobs, logprobs, reasoningSummary, extra = {} } = request;
  const format = responseFormat && encodeFormat(responseFormat);
  // `none` is how a caller says that it wants no summary.
  const summary = reasoningSummary === "none" ? undefined : reasoningSummary;
  const text = { ...objectOf(extra["text"]), ...present({ format, verbosity }) };
  const reasoning = { ...objectOf(extra["reasoning"]), ...present({ effort: effortOf(request), summary }) };
  return {
    ...writeParameters(request, rows),
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...(Object.keys(text).length > 0 && { text }),
    ...present({ top_logprobs: logprobs === true ? topLogprobs : undefined }),
  };
}

function effortOf({ reasoningEffort, reasoningBudget }: InferenceRequest): string | undefined {
  return reasoningEffort ?? (reasoningBudget === undefined ? undefined : effortOfBudget(reasoningBudget));
}

/** What is sent so that the server keeps nothing, and gives what we have to send back instead. */
function storageOf(request: InferenceRequest, model: string, rules: ResponsesRules): JsonObject {
  const { store, logprobs, extra = {} } = request;
  const include = [
    ...arrayOf(extra["include"]),
    ...(logprobs === true && !refusesLogprobs(request, model, rules) ? [INCLUDE_LOGPROBS] : []),
    // Models that do not reason refuse to be asked.
    ...(rules.encryptedReasoning && isReasoningModel(model, rules) ? [INCLUDE_ENCRYPTED_REASONING] : []),
  ];
  return {
    ...(store === undefined && rules.storeFalse && { store: false }),
    ...(include.length > 0 && { include }),
  };
}

/** Models refuse to say them where they refuse to say how many. */
function refusesLogprobs(request: InferenceRequest, model: string, rules: ResponsesRules): boolean {
  const isRefused = rules.refusedByReasoningModels.includes("top_logprobs");
  return isRefused && isReasoningModel(model, rules) && effortOf(request) !== "none";
}

function toolsOf({ tools = [], toolChoice }: InferenceRequest): JsonObject {
  if (tools.length === 0) return {};
  const choice = toolChoice === undefined ? undefined : encodeToolChoice(toolChoice, tools);
  return { tools: tools.map(encodeTool), ...present({ tool_choice: choice }) };
}

/** What of a request is not in the body. */
function unwritten(request: InferenceRequest, model: string, rules: ResponsesRules): readonly Change[] {
  const { n = 1, logprobs, modalities = [], audio, prediction, webSearchOptions, reasoningBudget } = request;
  const isGiven: Readonly<Record<string, boolean>> = {
    n: n !== 1,
    modalities: modalities.some((modality) => modality !== "text"),
    audio: audio !== undefined,
    prediction: prediction !== undefined,
    web_search_options: webSearchOptions !== undefined,
  };
  const fromChat = PARAMETER_ROWS.filter((row) => row.fromChat === true && request[row.field] !== undefined);
  const fields = [
    ...Object.keys(isGiven).filter((field) => isGiven[field]),
    ...(rules.chatParameters ? [] : fromChat.map(({ wire }) => wire)),
  ];
  const dropped = fields.map((field): Change => ({ field, action: "dropped", reason: NO_PLACE }));
  if (logprobs === true && refusesLogprobs(request, model, rules)) {
    dropped.push({ field: "logprobs", action: "dropped", reason: "reasoning models refuse it" });
  }
  return [...dropped, ...budgetChanges(reasoningBudget, effortOf(request))];
}

function budgetChanges(budget: number | undefined, effort = ""): readonly Change[] {
  // No tokens and no reasoning are the same.
  if (budget === undefined || (budget === 0 && effort === "none")) return [];
  const reason = "the server counts no tokens of reasoning";
  return [{ field: "reasoning_budget", action: "replaced", to: effort, reason }];
}

/** Changes are told in the words of chat completions, whatever dialect the request came in. */
function inCommonWords({ field, ...change }: Change): Change {
  const word: Readonly<Record<string, string>> = {
    max_output_tokens: "max_tokens",
    input: "messages",
    instructions: "messages",
  };
  return { field: word[field] ?? field, ...change };
}
