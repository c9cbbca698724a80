import type { FinishReason } from "../../model/finish-reason.ts";

/** The dialect's words, and what they are to the model. */
const WORDS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
  pause_turn: "unknown",
};

const WORD_OF: Record<FinishReason, string> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
  unknown: "end_turn",
};

/** How an answer ended. */
export interface StopFacts {
  readonly reason: FinishReason;
  readonly rawReason: string | null;
  readonly stopSequence?: string | undefined;
  /** The model refused in words. */
  readonly refused: boolean;
}

/** Why an answer ended, in the dialect's word: the server's own where it still fits. */
export function stopReason({ reason, rawReason, stopSequence, refused }: StopFacts): string {
  if (refused && (reason === "stop" || reason === "unknown")) return "refusal";
  if (rawReason !== null && Object.hasOwn(WORDS, rawReason) && WORDS[rawReason] === reason) return rawReason;
  return reason === "stop" && stopSequence !== undefined ? "stop_sequence" : WORD_OF[reason];
}
