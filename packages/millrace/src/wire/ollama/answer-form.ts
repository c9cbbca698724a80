import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ToolCall } from "../../model/tool.ts";
import { arrayOf } from "../json/read.ts";
import { encodeCall } from "./tool-calls.ts";

/** A piece of an answer, or all of it. */
export interface Piece {
  readonly text?: string;
  readonly thinking?: string;
  readonly calls?: readonly JsonObject[];
}

/** Where the pieces stand, which is all that `/api/chat` and `/api/generate` differ in. */
export type AnswerForm = (piece: Piece) => JsonObject;

export const chatForm: AnswerForm = ({ text = "", thinking, calls }) => ({
  message: {
    role: "assistant",
    content: text,
    ...(thinking !== undefined && { thinking }),
    ...(calls !== undefined && { tool_calls: calls }),
  },
});

export const generateForm: AnswerForm = ({ text = "", thinking, calls }) => ({
  response: text,
  ...(thinking !== undefined && { thinking }),
  ...(calls !== undefined && { tool_calls: calls }),
});

/**
 * A call, at its place among the calls of the answer. One that is not whole, or whose arguments are no object, cannot be
 * written, and must not be made: what the model wrote of it is text, as the server itself takes it.
 */
export function callPiece(call: ToolCall, index: number): Piece {
  const written = encodeCall(call);
  if (written === undefined) return call.problem === "incomplete" ? {} : { text: call.arguments };
  const { id, function: body } = written;
  return { calls: [{ id, function: { index, ...(body as JsonObject) } }] };
}

/** The dialect has one list, where chat completions has an object around it. */
export function logprobList(logprobs: JsonObject): JsonObject {
  const list = arrayOf(logprobs["content"]);
  return list.length === 0 ? {} : { logprobs: list };
}

/** It has no word for calls, after which the model stopped, and none of its own for a filter. */
export function doneReason(reason: FinishReason): string {
  return reason === "length" || reason === "content_filter" ? reason : "stop";
}

/** RFC 3339. */
export function timeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? "1970-01-01T00:00:00.000Z" : time.toISOString();
}
