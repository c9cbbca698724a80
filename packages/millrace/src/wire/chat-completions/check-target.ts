import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { checkModel, refuse } from "../assembly/request-checks.ts";
import { failureOf } from "../failure/kinds.ts";
import { arrayOf, objectOf, stringOf } from "../json/read.ts";
import { findIndexInSteps, type Steps } from "../json/steps.ts";
import type { RequestRules } from "./rules.ts";

/**
 * Why a body cannot be sent to a server with these rules, if that is known beforehand: the caller is told at
 * once, and in words that say where.
 */
export function checkForTarget(body: JsonObject, rules: RequestRules): Failure | undefined {
  return checkModel(body) ?? checkToolNames(body, rules) ?? checkMedia(body, rules);
}

/** The same for a large body. */
export function* checkForTargetInSteps(body: JsonObject, rules: RequestRules): Steps<Failure | undefined> {
  return checkModel(body) ?? checkToolNames(body, rules) ?? (yield* checkMediaInSteps(body, rules));
}

const STRICT_NAME = /^[a-zA-Z0-9_-]{1,64}$/u;

function checkToolNames(body: JsonObject, { toolNames }: RequestRules): Failure | undefined {
  const tools = arrayOf(body["tools"]);
  if (tools.length === 0) return undefined;
  const seen = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    const name = stringOf(objectOf(objectOf(tool)?.["function"])?.["name"]);
    if (name === undefined) continue;
    const param = `tools[${index}].function.name`;
    const quoted = JSON.stringify(name);
    if (seen.has(name)) return refuse(param, `Two tools are called ${quoted}: give each a name of its own`);
    if (toolNames === "strict" && !STRICT_NAME.test(name)) {
      return refuse(param, `The target takes no tool called ${quoted}: use up to 64 letters, digits, _ and -`);
    }
    seen.add(name);
  }
  return undefined;
}

function checkMedia(body: JsonObject, rules: RequestRules): Failure | undefined {
  if (takesAllMedia(rules)) return undefined;
  const messages = arrayOf(body["messages"]);
  return flawAt(messages, messages.findIndex(hasBadPart(rules)), rules);
}

function* checkMediaInSteps(body: JsonObject, rules: RequestRules): Steps<Failure | undefined> {
  if (takesAllMedia(rules)) return undefined;
  const messages = arrayOf(body["messages"]);
  return flawAt(messages, yield* findIndexInSteps(messages, hasBadPart(rules)), rules);
}

function takesAllMedia({ images, imagesInToolResults }: RequestRules): boolean {
  return images === "any" && imagesInToolResults;
}

/** Whether {@link flawAt} has something to say of a message. */
function hasBadPart(rules: RequestRules): (message: JsonValue) => boolean {
  return (message) => arrayOf(objectOf(message)?.["content"]).some((part) => isBadPart(part, message, rules));
}

function isBadPart(part: JsonValue, message: JsonValue, rules: RequestRules): boolean {
  if (isRefusedInResult(message, rules) && mediaOf(part) !== undefined) return true;
  const url = imageUrl(part);
  return url !== undefined && rules.images === "data" && !url.startsWith("data:");
}

const MEDIA: ReadonlyMap<string, string> = new Map([
  ["image_url", "image"],
  ["file", "file"],
  ["input_audio", "audio"],
]);

/** What a part holds that is no text. */
function mediaOf(part: JsonValue | undefined): string | undefined {
  return MEDIA.get(stringOf(objectOf(part)?.["type"]) ?? "");
}

function isRefusedInResult(message: JsonValue, { imagesInToolResults }: RequestRules): boolean {
  return !imagesInToolResults && objectOf(message)?.["role"] === "tool";
}

function flawAt(messages: readonly JsonValue[], index: number, rules: RequestRules): Failure | undefined {
  const message = messages[index];
  if (message === undefined) return undefined;
  const content = arrayOf(objectOf(message)?.["content"]);
  const position = content.findIndex((part) => isBadPart(part, message, rules));
  const param = `messages[${index}].content[${position}]`;
  if (isRefusedInResult(message, rules)) {
    const media = mediaOf(content[position]) ?? "image";
    return unsupported(param, `The target takes no ${media} in a tool's result: send it in a user message`);
  }
  return unsupported(param, "The target does not fetch images: send it as a data URL");
}

/** The URL of an image part, which some clients write without the object around it. */
function imageUrl(part: JsonValue): string | undefined {
  const { type, image_url: image } = objectOf(part) ?? {};
  if (type !== "image_url") return undefined;
  return stringOf(image) ?? stringOf(objectOf(image)?.["url"]);
}

/** Another target may be able to. */
function unsupported(param: string, message: string): Failure {
  return failureOf("unsupported", message, { param, status: 400, retry: "elsewhere" });
}
