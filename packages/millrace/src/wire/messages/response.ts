import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { noAnswer } from "../assembly/stream-body.ts";
import type { ReadDocument } from "../assembly/stream-body.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import { reportedFailure } from "../failure/classify.ts";
import { unwrapEnvelope } from "../failure/envelope.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { AnswerEncoding, AnswerFold, ReplyFacts } from "../translation/codec.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { MessageFold } from "./message-fold.ts";
import { blockOfDetail } from "./reasoning-blocks.ts";
import { readUsage } from "./usage.ts";

/** A whole answer as one message. */
export function encodeMessagesResponse(response: InferenceResponse, options: AnswerEncoding): JsonObject {
  const fold = new MessageFold();
  const writer = new AnswerWriter(options, fold.add);
  const details = response.choices[0]?.reasoningDetails ?? [];
  // Blocks of this dialect hold their own text.
  const isNative = details.length > 0 && details.every((detail) => blockOfDetail(detail) !== undefined);
  const isNeeded = ({ type }: DecodedEvent): boolean => !(isNative && type === "reasoning-delta");
  for (const event of eventsOf(response).filter(isNeeded)) writer.write(event);
  return fold.message;
}

/** The same from events, in the order in which they came. */
export function createMessagesFold(options: AnswerEncoding): AnswerFold {
  const fold = new MessageFold();
  const writer = new AnswerWriter(options, fold.add);
  return {
    add: (event) => writer.write(event),
    get answer() {
      return fold.message;
    },
  };
}

/** Takes a message out of the envelope that some gateways put around it, and sees to it that it is one. */
export function readMessagesDocument(value: JsonValue, wallNowMs: () => number): ReadDocument {
  const failure = reportedFailure(value, wallNowMs);
  if (failure) return { failure };
  const document = unwrapEnvelope(value);
  if (!isObject(document)) return noAnswer("is JSON, but no object, so it holds no answer");
  return isArray(document["content"]) ? { document } : noAnswer('has no "content", so it is no message');
}

/** What a whole reply says of itself, or why it is none. */
export function readMessagesReply(value: JsonValue, wallNowMs: () => number): ReplyFacts | Failure {
  const reply = readMessagesDocument(value, wallNowMs);
  if ("failure" in reply) return reply.failure;
  const { model, stop_reason: reason, usage } = reply.document;
  const counts = objectOf(usage);
  return {
    ...present({ usage: counts && readUsage(counts), model: stringOf(model) }),
    rawFinishReason: stringOf(reason) ?? null,
  };
}
