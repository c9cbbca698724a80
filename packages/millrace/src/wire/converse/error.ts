import type { JsonObject } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { parseJson } from "../json/parse.ts";
import { isObject, stringOf } from "../json/read.ts";
import type { Frame } from "../event-stream/frame.ts";
import { textHeader } from "../event-stream/frame.ts";

const TEXT = new TextDecoder();

/**
 * The error that a message of the stream is: an exception that the API knows by name, or any other error. An HTTP reply
 * has the name in its header `x-amzn-errortype` instead, which `failure/` reads.
 */
export function errorOf(frame: Frame): JsonObject | undefined {
  const kind = textHeader(frame, ":message-type");
  if (kind === "exception") return exceptionOf(frame);
  if (kind !== "error") return undefined;
  return { error: present({ code: textHeader(frame, ":error-code"), message: textHeader(frame, ":error-message") }) };
}

function exceptionOf(frame: Frame): JsonObject {
  const text = TEXT.decode(frame.payload);
  const parsed = parseJson(text);
  const fields: JsonObject = parsed.ok && isObject(parsed.value) ? parsed.value : { message: text };
  return { error: { ...fields, ...present({ type: textHeader(frame, ":exception-type"), message: wordsOf(fields) }) } };
}

/** What the model itself said stands beside what the API says of it. */
function wordsOf(fields: JsonObject): string | undefined {
  const message = stringOf(fields["message"]) ?? stringOf(fields["Message"]);
  const original = stringOf(fields["originalMessage"]);
  if (original === undefined || original === message) return message;
  return message === undefined ? original : `${message} (${original})`;
}
