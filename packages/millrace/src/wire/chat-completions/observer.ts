import type { JsonObject } from "../../model/json.ts";
import { PassingStream } from "../assembly/passing-stream.ts";
import type { PassingStreamOptions } from "../assembly/passing-stream.ts";
import { isArray, isObject, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** Fields of a delta that are the answer itself, by any server's name for them. */
const CONTENT_FIELDS = [
  "content",
  "tool_calls",
  "reasoning_content",
  "reasoning",
  "reasoning_text",
  "reasoning_details",
  "refusal",
  "function_call",
  "audio",
] as const;

/** Watches a chat-completions stream that passes through unchanged. */
export class ChatStreamObserver extends PassingStream {
  constructor(options: PassingStreamOptions) {
    super(options, hasContent);
  }
}

function hasContent(choice: JsonObject): boolean {
  const delta = objectOf(choice["delta"]) ?? objectOf(choice["message"]) ?? {};
  return CONTENT_FIELDS.some((field) => holdsSomething(delta[field]));
}

function holdsSomething(value: JsonField): boolean {
  if (isArray(value)) return value.some((member) => member !== null);
  return isObject(value) || (typeof value === "string" && value !== "");
}
