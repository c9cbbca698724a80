import type { Failure, FailureKind } from "../../model/failure.ts";
import type { FinishReason } from "../../model/finish-reason.ts";
import { failureOf } from "../failure/kinds.ts";

/** Every word seen for why an answer ended, in lower case. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  eos_token: "stop",
  stop_sequence: "stop",
  stop_token: "stop",
  end: "stop",
  end_turn: "stop",
  complete: "stop",
  completed: "stop",
  // Ollama's, for a request that only loads or unloads a model.
  load: "stop",
  unload: "stop",
  // A server's guard against a model that repeats itself.
  repetition: "stop",
  length: "length",
  max_tokens: "length",
  max_output_tokens: "length",
  model_length: "length",
  model_context_window_exceeded: "length",
  tool_calls: "tool_calls",
  tool_call: "tool_calls",
  tool_use: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
  content_filtered: "content_filter",
  sensitive: "content_filter",
  safety: "content_filter",
  recitation: "content_filter",
  blocklist: "content_filter",
  prohibited_content: "content_filter",
  refusal: "content_filter",
};

/** Words that say the answer did not end but broke off. */
const BREAKS: Readonly<Record<string, FailureKind>> = {
  error: "server",
  network_error: "server",
  insufficient_system_resource: "overloaded",
  abort: "truncated",
};

/** Our word for a server's; `unknown` where it has none or one nobody has seen. */
export function finishReasonOf(raw: string | null): FinishReason {
  return (raw === null ? undefined : lookUp(REASONS, raw)) ?? "unknown";
}

/** The failure that a finish reason stands for, where it is one. */
export function failureOfFinishReason(raw: string): Failure | undefined {
  const kind = lookUp(BREAKS, raw);
  if (kind === undefined) return undefined;
  return failureOf(kind, `The model server broke the answer off with finish reason "${raw}"`, {
    details: { finish_reason: raw },
  });
}

/**
 * Which of two finish reasons of one choice counts: the first, unless it is a plain stop and the
 * later one says more.
 */
export function strongerReason(first: string | null, later: string): string {
  return first === null || (finishReasonOf(first) === "stop" && finishReasonOf(later) !== "stop") ? later : first;
}

function lookUp<T>(table: Readonly<Record<string, T>>, raw: string): T | undefined {
  const word = raw.toLowerCase();
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
