import type { JsonObject } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody, BodyEditor } from "../assembly/body-editor.ts";
import { adaptStreaming } from "../assembly/stream-options.ts";
import { isArray, isObject, numberOf, objectOf } from "../json/read.ts";
import type { Steps } from "../json/steps.ts";
import { fitSchemas } from "../translation/object-schemas.ts";
import { isChatModel, isReasoningModel } from "../translation/reasoning-models.ts";
import { adaptMessages, adaptMessagesInSteps } from "./adapt-messages.ts";
import type { RequestRules } from "./rules.ts";

export interface AdaptOptions {
  /** The id that the target knows the model by. */
  readonly model: string;
  readonly stream: boolean;
  /** Ask a stream to end with its token counts. */
  readonly wantUsage: boolean;
  readonly rules: RequestRules;
  /** Every string is known to be fit for any server. */
  readonly isClean?: boolean | undefined;
}

/**
 * Makes a body fit for a server with these rules; the one place where requests meet quirks. Every
 * change is reported, except that the target's own model id and stream mode are set.
 */
export function adaptChatRequest(body: JsonObject, options: AdaptOptions): AdaptedBody {
  const editor = cleanEditor(body, options.isClean);
  adaptParameters(editor, options);
  adaptMessages(editor, options.rules);
  adaptTransfer(editor, options);
  return editor.done();
}

/** The same for a large body. */
export function* adaptChatRequestInSteps(body: JsonObject, options: AdaptOptions): Steps<AdaptedBody> {
  const editor = cleanEditor(body, options.isClean);
  adaptParameters(editor, options);
  yield* adaptMessagesInSteps(editor, options.rules);
  adaptTransfer(editor, options);
  return editor.done();
}

function adaptParameters(editor: BodyEditor, options: AdaptOptions): void {
  const { rules } = options;
  adaptTokenLimit(editor, options);
  dropRefused(editor, options);
  raiseTemperature(editor, rules);
  adaptTools(editor);
  if (rules.schemaNeedsProperties) adaptSchemas(editor);
  if (rules.objectSchemas) fitSchemas(editor);
}

function adaptTransfer(editor: BodyEditor, options: AdaptOptions): void {
  adaptStreaming(editor, { ...options, streamUsageOption: options.rules.streamUsageOption });
  editor.set("model", options.model);
}

const OLD_LIMIT = "max_tokens";
const NEW_LIMIT = "max_completion_tokens";

function adaptTokenLimit(editor: BodyEditor, { rules, model }: AdaptOptions): void {
  if (editor.body[OLD_LIMIT] !== undefined && editor.body[NEW_LIMIT] !== undefined) {
    editor.drop(OLD_LIMIT, `${NEW_LIMIT} says the same and goes before it`);
  }
  const refused = isReasoningModel(model, rules) ? rules.refusedByReasoningModels : [];
  if (rules.tokenLimitField === OLD_LIMIT) {
    editor.rename(NEW_LIMIT, OLD_LIMIT, "the server knows it by this name");
  } else if (rules.tokenLimitField === NEW_LIMIT || refused.includes(OLD_LIMIT)) {
    editor.rename(OLD_LIMIT, NEW_LIMIT, "the model takes it by this name only");
  }
}

function dropRefused(editor: BodyEditor, { rules, model }: AdaptOptions): void {
  for (const field of rules.refusedParameters) editor.drop(field, "the server refuses it");
  if (isChatModel(model, rules) && editor.body["reasoning_effort"] !== null)
    editor.drop("reasoning_effort", "the model does not reason");
  // One that does not reason takes them.
  if (!isReasoningModel(model, rules) || editor.body["reasoning_effort"] === "none") return;
  for (const field of rules.refusedByReasoningModels) editor.drop(field, "reasoning models refuse it");
}

function raiseTemperature(editor: BodyEditor, { lowestTemperature }: RequestRules): void {
  const temperature = numberOf(editor.body["temperature"]);
  if (lowestTemperature === undefined || temperature === undefined || temperature >= lowestTemperature) return;
  const to = String(lowestTemperature);
  editor.report({ field: "temperature", action: "replaced", to, reason: "the server takes none below this" });
  editor.set("temperature", lowestTemperature);
}

/** Servers refuse an empty list of tools, and a choice among no tools. */
function adaptTools(editor: BodyEditor): void {
  const { tools } = editor.body;
  if (isArray(tools) && tools.length > 0) return;
  // `null` is how some clients leave a field out.
  if (tools !== null) editor.drop("tools", "the list is empty");
  for (const field of ["tool_choice", "parallel_tool_calls"]) {
    if (editor.body[field] !== null) editor.drop(field, "there are no tools");
  }
}

/** Some servers take a schema without `properties` for none at all. */
function adaptSchemas(editor: BodyEditor): void {
  const { tools } = editor.body;
  if (!isArray(tools)) return;
  const adapted = tools.map((tool, index) => {
    const definition = isObject(tool) ? objectOf(tool["function"]) : undefined;
    const parameters = objectOf(definition?.["parameters"]);
    if (!isObject(tool) || parameters?.["type"] !== "object" || parameters["properties"] !== undefined) return tool;
    const field = `tools[${index}].function.parameters`;
    editor.report({ field, action: "replaced", to: "with empty properties", reason: "the server wants properties" });
    return { ...tool, function: { ...definition, parameters: { ...parameters, properties: {} } } };
  });
  if (adapted.some((tool, index) => tool !== tools[index])) editor.rewrite("tools", adapted);
}
