import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Choice, InferenceResponse } from "../../model/response.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { findError } from "../failure/account.ts";
import { classifyValue } from "../failure/classify.ts";
import { unwrapEnvelope } from "../failure/envelope.ts";
import { failureOf } from "../failure/kinds.ts";
import { isObject } from "../json/read.ts";
import { splitExtra, wireFinishReason, wireUsage } from "./answer-wire.ts";
import { ReplyAssembly } from "./reply-assembly.ts";
import type { ReplyOptions } from "./reply-options.ts";
import { objectsOf, writeToolCall } from "./tool-call-wire.ts";
import type { WireReply } from "./types.ts";

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

/** A document as a reply with at least one choice, or what is wrong with it. */
export type ReadDocument = { readonly document: WireReply } | { readonly failure: Failure };

/** Takes a reply out of the envelope that some gateways put around it, and sees to it that it is one. */
export function readChatDocument(value: JsonValue, wallNowMs: () => number): ReadDocument {
  if (findError(value)) {
    return { failure: classifyValue(value, { wallNowMs: wallNowMs(), partial: false }) };
  }
  const document = unwrapEnvelope(value);
  if (isObject(document) && objectsOf(document["choices"]).length > 0) return { document };
  return { failure: failureOf("protocol", `The model server's reply ${flawOf(document)}`) };
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
