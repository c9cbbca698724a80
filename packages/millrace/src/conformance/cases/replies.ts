import type { JsonObject, JsonValue } from "../../model/json.ts";
import { head, jsonReply, LAST_CHUNK, streamHead, wholeReply } from "../scripted-upstream/reply-bytes.ts";
import type { ReplyHeaders } from "../scripted-upstream/reply-bytes.ts";
import type { Ask, CaseSetup, Reply, Step } from "./conformance-case.ts";

/** A chunk of choice 0, or of the one that `choice` names. */
export function delta(fields: JsonValue, choice: JsonObject = {}, reply: JsonObject = {}): string {
  return data(chunkOf([{ index: 0, delta: fields, finish_reason: null, ...choice }], reply));
}

/** A chunk that says some text. */
export function text(content: string): string {
  return delta({ content });
}

/** A chunk that says why choice 0 ended. */
export function fin(reason: JsonValue = "stop", choice: JsonObject = {}, reply: JsonObject = {}): string {
  return delta({}, { finish_reason: reason, ...choice }, reply);
}

/** A chunk with tool calls, or pieces of them. */
export function calls(...pieces: readonly JsonValue[]): string {
  return delta({ tool_calls: pieces });
}

/** A tool call as its first chunk has it. */
export function call(index: number, id: string, name: string, text: JsonValue = "", more: JsonObject = {}): JsonObject {
  return { index, id, type: "function", function: { name, arguments: text }, ...more };
}

/** The next piece of a call's arguments. */
export function piece(index: number, text: string, more: JsonObject = {}): JsonObject {
  return { index, function: { arguments: text }, ...more };
}

/** A chunk without choices. */
export function bare(fields: JsonObject): string {
  return data(chunkOf([], fields));
}

/** The chunk that ends a stream with its counts. */
export function usage(prompt: number, completion: number, more: JsonObject = {}): string {
  const counts = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  return bare({ usage: { ...counts, ...more } });
}

/** An event with this data: JSON, or text as it is. */
export function data(value: JsonValue): string {
  return `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;
}

export const DONE = "data: [DONE]\n\n";

function chunkOf(choices: readonly JsonObject[], more: JsonObject): JsonObject {
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices, ...more };
}

/** A whole reply that says this. */
export function completion(message: JsonObject, choice: JsonObject = {}, reply: JsonObject = {}): JsonObject {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop", ...choice }],
    ...reply,
  };
}

/** The caller wants one whole reply. */
export const WHOLE: Ask = { call: "whole" };

/** And so does the subject, of the server. */
export const UNSTREAMED: CaseSetup = { streamUpstream: false };

/** A complete event stream, sent as the run cuts it. */
export function stream(...events: readonly (string | Uint8Array)[]): Reply {
  return [{ send: streamHead() }, ...events.map((part) => ({ events: part })), { send: LAST_CHUNK }];
}

/** The beginning of an event stream, and what happens then. */
export function streamThen(events: readonly (string | Uint8Array)[], ...steps: readonly Step[]): Reply {
  return [{ send: streamHead() }, ...events.map((part) => ({ events: part })), ...steps];
}

/** The same with other headers. */
export function streamWith(headers: ReplyHeaders, ...events: readonly (string | Uint8Array)[]): Reply {
  return [{ send: streamHead(headers) }, ...events.map((part) => ({ events: part })), { send: LAST_CHUNK }];
}

export function json(value: JsonValue, status = 200, headers: ReplyHeaders = {}): Reply {
  return [{ send: jsonReply(status, value, headers) }];
}

/** A whole body that is what its content type says. */
export function body(content: string | Buffer, status: number, headers: ReplyHeaders): Reply {
  return [{ send: wholeReply(status, content, headers) }];
}

export { head, LAST_CHUNK, streamHead };
