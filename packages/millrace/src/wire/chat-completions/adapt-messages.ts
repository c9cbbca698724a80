import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { BodyEditor } from "../assembly/body-editor.ts";
import type { Role } from "../../model/message.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import { type Steps, stretches } from "../json/steps.ts";
import { breakFor, joinedTexts } from "./joined-texts.ts";
import type { MessageStep } from "./message-step.ts";
import type { RequestRules } from "./rules.ts";
import { toolCallIdStep } from "./tool-call-ids.ts";

/** Makes the conversation fit for a server with these rules. */
export function adaptMessages(editor: BodyEditor, rules: RequestRules): void {
  const messages = editor.body["messages"];
  const adaptations = isArray(messages) ? adaptationsFor(rules) : [];
  if (!isArray(messages) || adaptations.length === 0) return;
  const adapted = adaptStretch({ messages, from: 0, to: messages.length }, adaptations, editor);
  if (adapted !== undefined) editor.rewrite("messages", adapted);
}

/** The same for a long conversation. */
export function* adaptMessagesInSteps(editor: BodyEditor, rules: RequestRules): Steps<void> {
  const messages = editor.body["messages"];
  const adaptations = isArray(messages) ? adaptationsFor(rules) : [];
  if (!isArray(messages) || adaptations.length === 0) return;
  let adapted: JsonValue[] | undefined;
  for (const [from, to] of stretches(messages.length)) {
    adapted = adaptStretch({ messages, from, to }, adaptations, editor, adapted);
    yield;
  }
  if (adapted !== undefined) editor.rewrite("messages", adapted);
}

interface Stretch {
  readonly messages: readonly JsonValue[];
  readonly from: number;
  readonly to: number;
}

/** Gives the copy in which adapted messages are, from the first that has to be. */
function adaptStretch(
  { messages, from, to }: Stretch,
  adaptations: readonly MessageStep[],
  editor: BodyEditor,
  begun?: JsonValue[],
): JsonValue[] | undefined {
  let adapted = begun;
  for (let index = from; index < to; index += 1) {
    const message = messages[index];
    if (!isObject(message)) continue;
    let current = message;
    for (const adapt of adaptations) current = adapt(current, index, editor);
    if (current === message) continue;
    adapted ??= [...messages];
    adapted[index] = current;
  }
  return adapted;
}

function adaptationsFor(rules: RequestRules): readonly MessageStep[] {
  const usual = usualFor(rules);
  return rules.toolCallIds === "any" ? usual : [toolCallIdStep(rules.toolCallIds), ...usual];
}

/** Rules are a profile's, so there are few, and each is looked at once. */
const USUAL = new WeakMap<RequestRules, readonly MessageStep[]>();

function usualFor(rules: RequestRules): readonly MessageStep[] {
  const known = USUAL.get(rules);
  if (known !== undefined) return known;
  const steps = [
    ...(rules.developerRole === "system" ? [systemForDeveloper] : []),
    ...(rules.stringContent.length > 0 ? [stringContentStep(rules.stringContent)] : []),
    ...(rules.contentBesideToolCalls === "empty" ? [emptyContent] : []),
    ...(rules.emptyReasoningInHistory === "omit" ? [withoutEmptyReasoning] : []),
    ...(rules.reasoningInHistory === "reasoning" ? [renamedReasoning] : []),
    ...(rules.reasoningInHistory === "omit" ? [withoutReasoning] : []),
  ];
  USUAL.set(rules, steps);
  return steps;
}

const systemForDeveloper: MessageStep = (message, index, editor) => {
  if (message["role"] !== "developer") return message;
  const reason = "the server does not know the developer role";
  editor.report({ field: `messages[${index}].role`, action: "replaced", to: "system", reason });
  return { ...message, role: "system" };
};

/** Images and the like have no place in a string: content that holds one is for the server to judge. */
function stringContentStep(roles: readonly Role[]): MessageStep {
  const known: ReadonlySet<unknown> = new Set(roles);
  return (message, index, editor) => {
    const { role, content } = message;
    if (!known.has(role) || !isArray(content)) return message;
    const texts = content.map((part) =>
      isObject(part) && part["type"] === "text" ? stringOf(part["text"]) : undefined,
    );
    if (!texts.every((text) => text !== undefined)) return message;
    const reason = "the server takes no parts there";
    editor.report({ field: `messages[${index}].content`, action: "replaced", to: "a string", reason });
    return { ...message, content: joinedTexts(texts, breakFor(role)) };
  };
}

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
