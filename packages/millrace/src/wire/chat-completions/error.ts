import type { Failure } from "../../model/failure.ts";
import { encodeOpenAIError, encodeOpenAIErrorEvent } from "../failure/openai-error.ts";
import type { OpenAIErrorReply } from "../failure/openai-error.ts";

/** A failure as the reply to a chat-completions request. */
export function encodeChatError(failure: Failure): OpenAIErrorReply {
  return encodeOpenAIError(failure);
}

/** A failure as the last event of a chat-completions stream; no `[DONE]` follows it. */
export function encodeChatErrorEvent(failure: Failure): string {
  return encodeOpenAIErrorEvent(failure);
}
