import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import { isObject, stringOf } from "../json/read.ts";
import type { CallIds } from "./call-ids.ts";
import { decodeMedia } from "./media.ts";
import { camelObjects } from "./spelling.ts";

/** The result of a function as the message of a tool. */
export function decodeResult(result: JsonObject, ids: CallIds): Message {
  const { id, name, response, parts, ...extra } = result;
  const called = stringOf(name) ?? "";
  const given = stringOf(id);
  const call = ids.answered(called, given);
  const { text, isError } = decodeResponse(response ?? {});
  const media = camelObjects(parts).map(decodeMediaPart);
  return {
    role: "tool",
    content: media.length === 0 ? text : [...(text === "" ? [] : [{ type: "text", text } as const]), ...media],
    toolCallId: call?.id ?? given ?? ids.orphan(),
    ...(called !== "" && called !== call?.name && { name: called }),
    ...(isError && { isError }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function decodeMediaPart(part: JsonObject): ContentPart {
  const { inlineData: _inline, fileData: _file, ...rest } = part;
  return decodeMedia(part, rest) ?? { type: "opaque", raw: part };
}

/** `output` and `error` are the dialect's own words; anything else is the result itself. */
function decodeResponse(response: JsonValue): { readonly text: string; readonly isError: boolean } {
  if (!isObject(response)) return { text: textOf(response), isError: false };
  const keys = Object.keys(response);
  if (keys.length === 0) return { text: "", isError: false };
  const { output, error } = response;
  if (keys.length === 1 && output !== undefined) return { text: textOf(output), isError: false };
  if (keys.length === 1 && error !== undefined) return { text: textOf(error), isError: true };
  return { text: JSON.stringify(response), isError: false };
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * A tool's text in the object that the dialect wants. An object is not put there as it is: the service would read a
 * `$ref` in it as a reference to media, and refuse the conversation from then on.
 */
export function encodeResponse(text: string, isError: boolean): JsonObject {
  return isError ? { error: text } : { output: text };
}
