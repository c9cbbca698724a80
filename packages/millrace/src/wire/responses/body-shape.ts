import type { JsonValue } from "../../model/json.ts";
import { isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** Whether a body is a Responses request, whatever path it was posted to: some clients post these to chat completions. */
export function isResponsesBody(json: JsonValue): boolean {
  return isObject(json) && isGiven(json["input"]) && !isGiven(json["messages"]);
}

/** Whether a body is a chat-completions request, whatever path it was posted to. */
export function isChatBody(json: JsonValue): boolean {
  return isObject(json) && isGiven(json["messages"]) && !isGiven(json["input"]);
}

function isGiven(value: JsonField): boolean {
  return value !== undefined && value !== null;
}
