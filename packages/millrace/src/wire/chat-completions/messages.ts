import type { JsonObject } from "../../model/json.ts";
import type { Message, Role } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { finishCall } from "../assembly/finish-call.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import { decodePart, encodePart } from "./content-parts.ts";
import { readToolCall, writeToolCall } from "./tool-call-wire.ts";
import type { WireMessage } from "./types.ts";

export function encodeMessage(message: Message): JsonObject {
  const { role, content, name, toolCallId, toolCalls, reasoning, reasoningDetails, refusal, cacheControl, extra } =
    message;
  return {
    role,
    content: typeof content === "string" || content === null ? content : content.map(encodePart),
    ...present({
      name,
      tool_call_id: toolCallId,
      tool_calls: toolCalls?.map(writeToolCall),
      reasoning_content: reasoning,
      reasoning_details: reasoningDetails,
      refusal,
      cache_control: cacheControl,
    }),
    ...extra,
  };
}

/** Reads a turn. What is not of the kind it should be, such as `"refusal": null`, stays in `extra`. */
export function decodeMessage(message: WireMessage): Message {
  const fields = new FieldReader(message);
  const role = fields.string("role") ?? "";
  const content = fields.any("content");
  // Clients send reasoning back under the name they got it by.
  const reasoning = fields.string("reasoning_content") ?? fields.string("reasoning");
  const read = present({
    name: fields.string("name"),
    toolCallId: fields.string("tool_call_id"),
    toolCalls: fields.objects("tool_calls")?.map(decodeToolCall),
    reasoning,
    reasoningDetails: fields.objects("reasoning_details"),
    refusal: fields.string("refusal"),
    cacheControl: fields.object("cache_control"),
  });
  return {
    // A role that has no name in the model is for the target to judge.
    role: role as Role,
    content: isArray(content) ? content.filter(isObject).map(decodePart) : (stringOf(content) ?? null),
    ...read,
    ...present({ extra: fields.rest() }),
  };
}

/** A call that an earlier turn made. It has ended, so its arguments can be judged. */
function decodeToolCall(call: JsonObject): ToolCall {
  const { id = "", name = "", arguments: text = "", kind = "function", extra } = readToolCall(call);
  // A position has no meaning in a whole message, but some servers want it back.
  const kept = { ...extra, ...present({ index: call["index"] }) };
  const ended = { id, type: kind, name, arguments: text };
  return finishCall({ ...ended, ...(Object.keys(kept).length > 0 && { extra: kept }) }, false).call;
}
