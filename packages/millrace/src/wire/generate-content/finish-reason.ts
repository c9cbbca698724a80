import type { Failure } from "../../model/failure.ts";
import type { FinishReason } from "../../model/finish-reason.ts";
import { failureOf } from "../failure/kinds.ts";

/** Every word of the dialect for why an answer ended. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  // There is more to come, for who sends the token that came with it.
  CONTINUATION: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  LANGUAGE: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  IMAGE_SAFETY: "content_filter",
  IMAGE_PROHIBITED_CONTENT: "content_filter",
  IMAGE_RECITATION: "content_filter",
  ESCALATION: "content_filter",
  PUP_LIMITED_DISABLED: "content_filter",
  MODEL_ARMOR: "content_filter",
  OTHER: "unknown",
  IMAGE_OTHER: "unknown",
  NO_IMAGE: "unknown",
  FINISH_REASON_UNSPECIFIED: "unknown",
};

/** Words that say the answer did not end but broke off: the model wrote a call that cannot be read, or too many. */
const BREAKS: ReadonlySet<string> = new Set([
  "MALFORMED_FUNCTION_CALL",
  "MALFORMED_RESPONSE",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MISSING_THOUGHT_SIGNATURE",
]);

/** Our word for the server's. */
export function finishReasonOf(raw: string): FinishReason {
  return (Object.hasOwn(REASONS, raw) ? REASONS[raw] : undefined) ?? "unknown";
}

/** The failure that a finish reason stands for, where it is one. Asked again, a model may do better. */
export function failureOfFinishReason(raw: string, explained: string | undefined): Failure | undefined {
  if (!BREAKS.has(raw)) return undefined;
  const why = explained === undefined || explained === "" ? "" : `: ${explained}`;
  return failureOf("server", `The model server broke the answer off with finish reason "${raw}"${why}`, {
    code: raw.toLowerCase(),
    details: { finish_reason: raw },
  });
}

/** The failure of a prompt that was not answered at all. */
export function blockedPrompt(reason: string): Failure {
  return failureOf("content_filter", `The model server blocked the prompt: ${reason}`, {
    details: { block_reason: reason },
  });
}

const WORDS: Record<FinishReason, string> = {
  stop: "STOP",
  tool_calls: "STOP",
  length: "MAX_TOKENS",
  content_filter: "SAFETY",
  unknown: "STOP",
};

/** The dialect's word for ours; the server's own where it speaks the dialect and means the same. */
export function finishWord(reason: FinishReason, raw: string | null): string {
  const own = raw !== null && Object.hasOwn(REASONS, raw) && REASONS[raw] === reason;
  return own && raw !== null ? raw : WORDS[reason];
}
