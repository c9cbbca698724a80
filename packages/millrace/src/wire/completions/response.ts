import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { failureOfFinishReason } from "../assembly/finish-reasons.ts";
import { UsageReader } from "../assembly/usage.ts";
import { reportedFailure } from "../failure/classify.ts";
import { unwrapEnvelope } from "../failure/envelope.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { isObject, objectsOf, stringOf } from "../json/read.ts";
import type { WireCompletion, WireCompletionChoice } from "./types.ts";

export interface CompletionReplyOptions {
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** The field of a usage object that holds a cost in dollars, where there is one. */
  readonly costField?: string;
}

/** What is kept of a completion that passes through as it is. */
export interface CompletionFacts {
  readonly model?: string;
  readonly usage?: TokenUsage;
  /** The first choice's own word; `null` when it gave none. */
  readonly rawFinishReason: string | null;
}

/** Reads a whole reply. One that reports an error, or holds no choice, is a failure whatever its status. */
export function readCompletionReply(
  value: JsonValue,
  { wallNowMs, costField }: CompletionReplyOptions,
): CompletionFacts | Failure {
  const reported = reportedFailure(value, wallNowMs);
  if (reported) return reported;
  const reply = unwrapEnvelope(value);
  const [choice] = choicesOf(reply);
  if (!isObject(reply) || choice === undefined) {
    return failureOf("protocol", "The model server's reply is no completion: it holds no choice");
  }
  const rawFinishReason = stringOf(choice.finish_reason) || null;
  const failure = rawFinishReason === null ? undefined : failureOfFinishReason(rawFinishReason);
  if (failure) return failure;
  const usage = new UsageReader({ costField }).read(reply);
  const completion: WireCompletion = reply;
  return { rawFinishReason, ...present({ model: stringOf(completion.model) || undefined, usage }) };
}

function choicesOf(reply: JsonValue): readonly WireCompletionChoice[] {
  const choices = isObject(reply) ? reply["choices"] : undefined;
  return objectsOf(choices);
}
