import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { checkFields, checkModel, FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { arrayOf, isArray, isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { isMedia } from "./media.ts";

const FORMAT: FieldKind = {
  fits: (value) => value === "" || value === "json" || isObject(value),
  expected: '"json" or a JSON Schema',
};
const THINK: FieldKind = {
  fits: (value) => typeof value === "boolean" || typeof value === "string",
  expected: "true, false or a level",
};

const SHARED = {
  stream: FIELD_KINDS.boolean,
  format: FORMAT,
  think: THINK,
  options: FIELD_KINDS.object,
  logprobs: FIELD_KINDS.boolean,
  top_logprobs: FIELD_KINDS.integer,
};
const OF_CHAT: ReadonlyMap<string, FieldKind> = new Map(Object.entries({ ...SHARED, tools: FIELD_KINDS.objects }));
const OF_GENERATE: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries({
    ...SHARED,
    prompt: FIELD_KINDS.string,
    suffix: FIELD_KINDS.string,
    system: FIELD_KINDS.string,
    template: FIELD_KINDS.string,
    raw: FIELD_KINDS.boolean,
  }),
);

/** What is wrong with the body of `/api/chat`. One without messages asks to load the model, which a server may. */
export function checkChatRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  return checkModel(json) ?? checkMessages(json["messages"]) ?? checkFields(json, OF_CHAT);
}

/** The same for `/api/generate`. */
export function checkGenerateRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  return checkModel(json) ?? checkFields(json, OF_GENERATE) ?? checkImages(json["images"], "images");
}

function checkMessages(messages: JsonField): Failure | undefined {
  if (messages === undefined || messages === null) return undefined;
  if (!isArray(messages)) return refuse("messages", `\`messages\` must be an array, not ${nameOf(messages)}`);
  for (const [index, message] of messages.entries()) {
    const flaw = checkMessage(message, `messages[${index}]`);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function checkMessage(message: JsonValue, path: string): Failure | undefined {
  if (!isObject(message)) {
    return refuse(path, `\`${path}\` must be an object with a role and content, not ${nameOf(message)}`);
  }
  const { role, content, tool_calls: calls } = message;
  if (typeof role !== "string" || role === "") {
    return refuse(`${path}.role`, `\`${path}.role\` must be a string such as "user", not ${nameOf(role)}`);
  }
  if (content !== undefined && content !== null && typeof content !== "string") {
    const message = `\`${path}.content\` must be a string, not ${nameOf(content)}; images go to \`images\``;
    return refuse(`${path}.content`, message);
  }
  if (calls !== undefined && calls !== null && !(isArray(calls) && calls.every(isCall))) {
    return refuse(`${path}.tool_calls`, `\`${path}.tool_calls\` must be an array of calls with a function's name`);
  }
  return checkImages(message["images"], `${path}.images`);
}

function isCall(call: JsonValue): boolean {
  const { function: body }: JsonObject = isObject(call) ? call : {};
  return isObject(body) && typeof body["name"] === "string" && body["name"] !== "";
}

function checkImages(images: JsonField, path: string): Failure | undefined {
  if (images !== undefined && images !== null && !isArray(images)) {
    return refuse(path, `\`${path}\` must be an array of images in base64, not ${nameOf(images)}`);
  }
  const odd = arrayOf(images).findIndex((image) => typeof image !== "string" || !isMedia(image));
  if (odd === -1) return undefined;
  return refuse(`${path}[${odd}]`, `\`${path}[${odd}]\` must be an image in base64; images by URL are not fetched`);
}
