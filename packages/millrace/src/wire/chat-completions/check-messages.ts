import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { nameOf, refuse } from "../assembly/request-checks.ts";
import { arrayOf, isArray, isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { findIndexInSteps, type Steps } from "../json/steps.ts";

/** What is wrong with a request's messages, if anything is. */
export function checkMessages(request: JsonObject): Failure | undefined {
  const messages = arrayOf(request["messages"]);
  return checkList(request) ?? flawAt(messages, messages.findIndex(isFlawed));
}

/** The same for a long conversation. */
export function* checkMessagesInSteps(request: JsonObject): Steps<Failure | undefined> {
  const messages = arrayOf(request["messages"]);
  return checkList(request) ?? flawAt(messages, yield* findIndexInSteps(messages, isFlawed));
}

function checkList(request: JsonObject): Failure | undefined {
  const { messages } = request;
  if (messages === undefined) return missing(request);
  if (!isArray(messages)) return refuse("messages", `\`messages\` must be an array, not ${nameOf(messages)}`);
  if (messages.length === 0) return refuse("messages", "`messages` is empty: give at least one message");
  return undefined;
}

function flawAt(messages: readonly JsonValue[], index: number): Failure | undefined {
  return index === -1 ? undefined : checkMessage(messages[index], `messages[${index}]`);
}

function missing(request: JsonObject): Failure {
  const message =
    request["input"] === undefined
      ? "`messages` is missing: give the conversation as an array of messages"
      : "`messages` is missing. This looks like a Responses request, which goes to /v1/responses; for chat completions, give the conversation as `messages` instead of `input`";
  return refuse("messages", message);
}

/** Whether {@link checkMessage} has something to say; paths are written only then, for conversations are long. */
function isFlawed(message: JsonField): boolean {
  if (!isObject(message)) return true;
  const { role, content, tool_calls: calls } = message;
  if (typeof role !== "string" || role === "") return true;
  if (content !== undefined && content !== null && typeof content !== "string") {
    if (!isArray(content) || !content.every(isObject)) return true;
  }
  return calls !== undefined && calls !== null && !(isArray(calls) && calls.every(isObject));
}

function checkMessage(message: JsonField, path: string): Failure | undefined {
  if (!isObject(message)) {
    return refuse(path, `\`${path}\` must be an object with a role and content, not ${nameOf(message)}`);
  }
  const { role } = message;
  if (role === undefined) return refuse(`${path}.role`, `\`${path}.role\` is missing: say who is speaking`);
  if (typeof role !== "string" || role === "") {
    return refuse(`${path}.role`, `\`${path}.role\` must be a string such as "user", not ${nameOf(role)}`);
  }
  return checkContent(message["content"], `${path}.content`) ?? checkCalls(message["tool_calls"], `${path}.tool_calls`);
}

function checkContent(content: JsonField, path: string): Failure | undefined {
  if (content === undefined || content === null || typeof content === "string") return undefined;
  if (!isArray(content)) {
    return refuse(path, `\`${path}\` must be a string, an array of parts or null, not ${nameOf(content)}`);
  }
  const odd = content.findIndex((part) => !isObject(part));
  if (odd === -1) return undefined;
  return refuse(`${path}[${odd}]`, `\`${path}[${odd}]\` must be an object with a type, not ${nameOf(content[odd])}`);
}

function checkCalls(calls: JsonField, path: string): Failure | undefined {
  if (calls === undefined || calls === null || (isArray(calls) && calls.every(isObject))) return undefined;
  return refuse(
    path,
    `\`${path}\` must be an array of objects, not ${isArray(calls) ? "what it holds" : nameOf(calls)}`,
  );
}
