import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Choice, InferenceResponse } from "../../model/response.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { noAnswer } from "../assembly/stream-body.ts";
import type { ReadDocument } from "../assembly/stream-body.ts";
import { reportedFailure } from "../failure/classify.ts";
import { unwrapEnvelope } from "../failure/envelope.ts";
import { isObject, objectsOf } from "../json/read.ts";
import { splitExtra, wireFinishReason, wireUsage } from "./answer-wire.ts";
import { ReplyAssembly } from "./reply-assembly.ts";
import type { ReplyOptions } from "./reply-options.ts";
import { writeToolCall } from "./tool-call-wire.ts";

/** Reads a whole reply. A reply that reports an error, or holds no answer, is a failure whatever its status. */
export function decodeChatResponse(value: JsonValue, options: ReplyOptions): InferenceResponse | Failure {
  const reply = readChatDocument(value, options.wallNowMs);
  if ("failure" in reply) return reply.failure;
  const assembly = new ReplyAssembly(options);
  try {
    assembly.addWhole(reply.document);
    return assembly.conclude();
  } catch (error) {
    if (!(error instanceof ReplyFault)) throw error;
    return error.failure;
  }
}

/** Takes a reply out of the envelope that some gateways put around it, and sees to it that it has a choice. */
export function readChatDocument(value: JsonValue, wallNowMs: () => number): ReadDocument {
  const failure = reportedFailure(value, wallNowMs);
  if (failure) return { failure };
  const document = unwrapEnvelope(value);
  if (isObject(document) && objectsOf(document["choices"]).length > 0) return { document };
  return noAnswer(flawOf(document));
}

function flawOf(document: JsonValue): string {
  if (!isObject(document)) return "is JSON, but no object, so it holds no answer";
  if (document["choices"] === undefined) return 'has no "choices", so it is no chat completion';
  return 'holds no answer: its "choices" are empty';
}

/** A whole reply in the dialect's canonical form. */
export function encodeChatResponse(response: InferenceResponse): JsonObject {
  const { id, created, model, choices, usage, extra } = response;
  return {
    id,
    object: "chat.completion",
    created: created ?? 0,
    model,
    choices: choices.map(encodeChoice),
    ...(usage && { usage: wireUsage(usage) }),
    ...extra,
  };
}

function encodeChoice(answer: Choice): JsonObject {
  const extra = splitExtra(answer.extra);
  return {
    index: answer.index,
    message: { ...encodeAnswer(answer), ...extra.message },
    logprobs: answer.logprobs ?? null,
    finish_reason: wireFinishReason(answer.finishReason),
    ...extra.choice,
  };
}

function encodeAnswer(answer: Choice): JsonObject {
  const { text, toolCalls, reasoning, reasoningDetails, refusal, audio } = answer;
  const withoutText = text === "" && (toolCalls.length > 0 || refusal !== undefined || audio !== undefined);
  return {
    role: "assistant",
    content: withoutText ? null : text,
    ...(refusal !== undefined && { refusal }),
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(reasoningDetails && { reasoning_details: reasoningDetails }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(writeToolCall) }),
    ...(audio && { audio }),
  };
}
