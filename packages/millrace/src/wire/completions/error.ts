import type { Failure } from "../../model/failure.ts";
import { encodeOpenAIError, encodeOpenAIErrorEvent } from "../failure/openai-error.ts";
import type { OpenAIErrorReply } from "../failure/openai-error.ts";

/** A failure as the reply to a completions request. */
export function encodeCompletionError(failure: Failure): OpenAIErrorReply {
  return encodeOpenAIError(failure);
}

/** A failure as the last event of a completions stream; no `[DONE]` follows it. */
export function encodeCompletionErrorEvent(failure: Failure): string {
  return encodeOpenAIErrorEvent(failure);
}
