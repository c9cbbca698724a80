import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { BodyEditor } from "../assembly/body-editor.ts";
import { isArray, isObject } from "../json/read.ts";
import type { RequestRules } from "./rules.ts";
import { adaptToolCallIds } from "./tool-call-ids.ts";

/** One thing that may have to change in a message; gives the same object where it does not. */
type MessageStep = (message: JsonObject, index: number, editor: BodyEditor) => JsonObject;

/** Makes the conversation fit for a server with these rules. */
export function adaptMessages(editor: BodyEditor, rules: RequestRules): void {
  if (rules.toolCallIds !== "any") adaptToolCallIds(editor, rules.toolCallIds);
  const { messages } = editor.body;
  const steps = stepsFor(rules);
  if (!isArray(messages) || steps.length === 0) return;
  let adapted: JsonValue[] | undefined;
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (!isObject(message)) continue;
    let current = message;
    for (const step of steps) current = step(current, index, editor);
    if (current === message) continue;
    adapted ??= [...messages];
    adapted[index] = current;
  }
  if (adapted !== undefined) editor.rewrite("messages", adapted);
}

/** Rules are a profile's, so there are few, and each is looked at once. */
const STEPS = new WeakMap<RequestRules, readonly MessageStep[]>();

function stepsFor(rules: RequestRules): readonly MessageStep[] {
  const known = STEPS.get(rules);
  if (known !== undefined) return known;
  const steps = [
    ...(rules.developerRole === "system" ? [systemForDeveloper] : []),
    ...(rules.contentBesideToolCalls === "empty" ? [emptyContent] : []),
    ...(rules.emptyReasoningInHistory === "omit" ? [withoutEmptyReasoning] : []),
    ...(rules.reasoningInHistory === "reasoning" ? [renamedReasoning] : []),
    ...(rules.reasoningInHistory === "omit" ? [withoutReasoning] : []),
  ];
  STEPS.set(rules, steps);
  return steps;
}

const systemForDeveloper: MessageStep = (message, index, editor) => {
  if (message["role"] !== "developer") return message;
  const reason = "the server does not know the developer role";
  editor.report({ field: `messages[${index}].role`, action: "replaced", to: "system", reason });
  return { ...message, role: "system" };
};

const emptyContent: MessageStep = (message, index, editor) => {
  const { role, content } = message;
  if (role !== "assistant" || (content !== null && content !== undefined)) return message;
  const reason = "the server wants a string there";
  editor.report({ field: `messages[${index}].content`, action: "replaced", to: "empty string", reason });
  return { ...message, content: "" };
};

const renamedReasoning: MessageStep = (message, index, editor) => {
  if (message["reasoning_content"] === undefined) return message;
  const { reasoning_content: reasoning, ...rest } = message;
  const reason = "the server knows it by this name";
  editor.report({ field: `messages[${index}].reasoning_content`, action: "renamed", to: "reasoning", reason });
  return { reasoning, ...rest };
};

const REASONING_FIELDS = ["reasoning_content", "reasoning"];

const withoutReasoning: MessageStep = (message, index, editor) => {
  let kept = message;
  for (const field of REASONING_FIELDS) {
    if (message[field] === undefined) continue;
    kept = withoutField(kept, field, index, editor, "the server refuses it in a conversation");
  }
  return kept;
};

const withoutEmptyReasoning: MessageStep = (message, index, editor) => {
  let kept = message;
  for (const field of REASONING_FIELDS) {
    if (message[field] === "") kept = withoutField(kept, field, index, editor, "it is empty");
  }
  return kept;
};

function withoutField(
  message: JsonObject,
  field: string,
  index: number,
  editor: BodyEditor,
  reason: string,
): JsonObject {
  const { [field]: _dropped, ...rest } = message;
  editor.report({ field: `messages[${index}].${field}`, action: "dropped", reason });
  return rest;
}
