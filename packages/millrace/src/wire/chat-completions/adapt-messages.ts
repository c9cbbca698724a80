import type { JsonObject } from "../../model/json.ts";
import type { BodyEditor } from "../assembly/body-editor.ts";
import { isArray, isObject } from "../json/read.ts";
import type { RequestRules } from "./rules.ts";

/** One thing that may have to change in a message; gives the same object where it does not. */
type MessageStep = (message: JsonObject, path: string, editor: BodyEditor) => JsonObject;

/** Makes the conversation fit for a server with these rules. */
export function adaptMessages(editor: BodyEditor, rules: RequestRules): void {
  const { messages } = editor.body;
  const steps = stepsFor(rules);
  if (!isArray(messages) || steps.length === 0) return;
  const adapted = messages.map((message, index) => {
    if (!isObject(message)) return message;
    return steps.reduce((current, step) => step(current, `messages[${index}]`, editor), message);
  });
  if (adapted.some((message, index) => message !== messages[index])) editor.rewrite("messages", adapted);
}

function stepsFor(rules: RequestRules): MessageStep[] {
  return [
    ...(rules.developerRole === "system" ? [systemForDeveloper] : []),
    ...(rules.contentBesideToolCalls === "empty" ? [emptyContent] : []),
    ...(rules.reasoningInHistory === "reasoning" ? [renamedReasoning] : []),
    ...(rules.reasoningInHistory === "omit" ? [withoutReasoning] : []),
  ];
}

const systemForDeveloper: MessageStep = (message, path, editor) => {
  if (message["role"] !== "developer") return message;
  const reason = "the server does not know the developer role";
  editor.report({ field: `${path}.role`, action: "replaced", to: "system", reason });
  return { ...message, role: "system" };
};

const emptyContent: MessageStep = (message, path, editor) => {
  const { role, content } = message;
  if (role !== "assistant" || (content !== null && content !== undefined)) return message;
  const reason = "the server wants a string there";
  editor.report({ field: `${path}.content`, action: "replaced", to: "empty string", reason });
  return { ...message, content: "" };
};

const renamedReasoning: MessageStep = (message, path, editor) => {
  const { reasoning_content: reasoning, ...rest } = message;
  if (reasoning === undefined) return message;
  const reason = "the server knows it by this name";
  editor.report({ field: `${path}.reasoning_content`, action: "renamed", to: "reasoning", reason });
  return { reasoning, ...rest };
};

const withoutReasoning: MessageStep = (message, path, editor) => {
  let kept = message;
  for (const field of ["reasoning_content", "reasoning"]) {
    const { [field]: reasoning, ...rest } = kept;
    if (reasoning === undefined) continue;
    editor.report({ field: `${path}.${field}`, action: "dropped", reason: "the server refuses it in a conversation" });
    kept = rest;
  }
  return kept;
};
