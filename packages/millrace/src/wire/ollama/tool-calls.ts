import type { JsonObject } from "../../model/json.ts";
import type { ToolCall } from "../../model/tool.ts";
import { otherFields } from "../assembly/field-set.ts";
import { finishCall } from "../assembly/finish-call.ts";
import { jsonText } from "../assembly/json-text.ts";
import { objectOf, stringOf } from "../json/read.ts";
import { functionCallOf } from "../translation/custom-tools.ts";

const CALL_FIELDS: ReadonlySet<string> = new Set(["id", "type", "function"]);
/** `index` is the position among the calls, which says nothing in a list of them. */
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(["name", "arguments", "index"]);

/** What a call says. Arguments are an object here; text, as some clients send it, is taken as it is. */
export function readCall(call: JsonObject): { readonly id: string; readonly name: string; readonly text: string } {
  const body = objectOf(call["function"]) ?? {};
  const given = body["arguments"];
  return {
    id: stringOf(call["id"]) ?? "",
    name: stringOf(body["name"]) ?? "",
    text: typeof given === "string" ? given : given === undefined || given === null ? "{}" : jsonText(given),
  };
}

/** A call that an earlier turn made, under the id that it is known by here. */
export function decodeCall(call: JsonObject, id: string): ToolCall {
  const { name, text } = readCall(call);
  const inner = otherFields(objectOf(call["function"]) ?? {}, FUNCTION_FIELDS);
  const extra = { ...otherFields(call, CALL_FIELDS), ...(inner && { function: inner }) };
  const ended = { id, type: "function", name, arguments: text } as const;
  return finishCall({ ...ended, ...(Object.keys(extra).length > 0 && { extra }) }, false).call;
}

/** A call whose arguments are an object, and so can be written; nothing for any other. */
export function encodeCall(call: ToolCall): JsonObject | undefined {
  const { id, name, input } = functionCallOf(call);
  return input === undefined ? undefined : { id, function: { name, arguments: input } };
}
