import type { JsonObject } from "../../../model/json.ts";
import type { Reply } from "../question.ts";
import { standingOf } from "../standing.ts";

/** Longer than any limit that is set, whatever the model. */
export const COUNT = "Count from 1 to 60 in digits, with spaces.";
/** Enough for a few words, or a few of a model's thoughts. */
export const FEW_TOKENS = 12;

/** A limit in the older field, or in the newer one where the older was refused. */
export function limitedTo(tokens: number, heard: readonly Reply[]): JsonObject {
  return heard.some(refusesOlderField) ? { max_completion_tokens: tokens } : { max_tokens: tokens };
}

/** Whether it was `max_tokens` that was wrong with a request: OpenAI's reasoning models refuse it. */
export function refusesOlderField(reply: Reply): boolean {
  if (reply.question.body?.["max_tokens"] === undefined) return false;
  const standing = standingOf(reply);
  if (standing.kind !== "refused") return false;
  const { param, message } = standing.failure;
  return (
    param === "max_tokens" ||
    /\bmax_tokens\b.*(not supported|unsupported|instead)|unsupported.*\bmax_tokens\b/iu.test(message)
  );
}
