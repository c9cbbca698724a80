import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { noAnswer } from "../assembly/stream-body.ts";
import type { ReadDocument } from "../assembly/stream-body.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import { normalizeUsage } from "../assembly/usage.ts";
import { reportedFailure } from "../failure/classify.ts";
import { unwrapEnvelope } from "../failure/envelope.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { AnswerEncoding, AnswerFold, ReplyFacts } from "../translation/codec.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { itemOfDetail } from "./reasoning-items.ts";

/** A whole answer as one response object. */
export function encodeResponsesResponse(response: InferenceResponse, options: AnswerEncoding): JsonObject {
  const writer = new AnswerWriter(options, () => undefined);
  const details = response.choices[0]?.reasoningDetails ?? [];
  // Items of this dialect hold their own text.
  const isNative = details.length > 0 && details.every((detail) => itemOfDetail(detail) !== undefined);
  const isNeeded = ({ type }: DecodedEvent): boolean => !(isNative && type === "reasoning-delta");
  for (const event of eventsOf(response).filter(isNeeded)) writer.write(event);
  return writer.response ?? {};
}

/** The same from events, in the order in which they came. */
export function createResponsesFold(options: AnswerEncoding): AnswerFold {
  const writer = new AnswerWriter(options, () => undefined);
  return {
    add: (event) => writer.write(event),
    get answer() {
      return writer.response ?? {};
    },
  };
}

/** Takes a response out of the envelope that some gateways put around it, and sees to it that it is one. */
export function readResponsesDocument(value: JsonValue, wallNowMs: () => number): ReadDocument {
  const failure = reportedFailure(value, wallNowMs);
  if (failure) return { failure };
  const document = unwrapEnvelope(value);
  if (!isObject(document)) return noAnswer("is JSON, but no object, so it holds no answer");
  const { output, status } = document;
  if (!isArray(output)) return noAnswer('has no "output", so it is no response');
  const isOver = status === undefined || status === null || status === "completed" || status === "incomplete";
  return isOver ? { document } : noAnswer(`says that it is ${JSON.stringify(status)}, so it holds no answer`);
}

/** An answer that is made in the background; the client asks for it later. */
const PENDING: ReadonlySet<unknown> = new Set(["queued", "in_progress"]);

/** What a whole reply says of itself, or why it is none. */
export function readResponsesReply(value: JsonValue, wallNowMs: () => number): ReplyFacts | Failure {
  if (isObject(value) && isArray(value["output"]) && PENDING.has(value["status"])) return factsOf(value);
  const reply = readResponsesDocument(value, wallNowMs);
  return "failure" in reply ? reply.failure : factsOf(reply.document);
}

/** What a response object says of itself. */
export function factsOf(response: JsonObject): ReplyFacts {
  const usage = objectOf(response["usage"]);
  return {
    ...present({
      usage: usage && normalizeUsage(usage),
      model: stringOf(response["model"]),
      responseId: heldId(response),
    }),
    rawFinishReason: incompleteReason(response) ?? stringOf(response["status"]) ?? null,
  };
}

/** Servers say of each response whether they keep it. */
function heldId({ id, store }: JsonObject): string | undefined {
  return store === false ? undefined : stringOf(id);
}

/** Why a response is incomplete, in the server's words, where it is. */
export function incompleteReason(response: JsonObject): string | undefined {
  return stringOf(objectOf(response["incomplete_details"])?.["reason"]);
}
