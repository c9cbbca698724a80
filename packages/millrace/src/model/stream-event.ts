import type { Failure } from "./failure.ts";
import type { FinishReason } from "./finish-reason.ts";
import type { JsonObject } from "./json.ts";
import type { InferenceResponse } from "./response.ts";
import type { ToolCall } from "./tool.ts";
import type { TokenUsage } from "./usage.ts";
import type { Warning } from "./warning.ts";

/**
 * What a stream says, in order: one `start`; then any of the middle events; one `choice-finish` for
 * each choice; one `finish` with the whole answer. A stream that fails ends with an error instead of
 * `finish`. `choice` is the index of the choice an event belongs to.
 *
 * Tool calls open with `tool-call-start`, grow with `tool-call-delta` and close with `tool-call-end`.
 * Only `tool-call-end` may be acted on: arguments that already parse can still be the prefix of
 * longer ones. `index` counts the calls of a choice from 0 without gaps, whatever the server sent.
 */
export type StreamEvent =
  | { readonly type: "start"; readonly id: string; readonly model: string; readonly created?: number }
  | { readonly type: "text-delta"; readonly choice: number; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly choice: number; readonly text: string }
  | { readonly type: "reasoning-detail"; readonly choice: number; readonly detail: JsonObject }
  | { readonly type: "refusal-delta"; readonly choice: number; readonly text: string }
  | { readonly type: "audio-delta"; readonly choice: number; readonly audio: JsonObject }
  | { readonly type: "logprobs"; readonly choice: number; readonly logprobs: JsonObject }
  | {
      readonly type: "tool-call-start";
      readonly choice: number;
      readonly index: number;
      readonly id: string;
      readonly name: string;
      readonly kind: ToolCall["type"];
      /** Fields of the call that have no name here and were known by then; `call.extra` has them all. */
      readonly extra?: JsonObject;
    }
  | { readonly type: "tool-call-delta"; readonly choice: number; readonly index: number; readonly text: string }
  | { readonly type: "tool-call-end"; readonly choice: number; readonly index: number; readonly call: ToolCall }
  /**
   * Fields that have no event of their own; `choice` is absent for those of the whole reply. Those of
   * the choice around the message are under `choice`, as in `Choice.extra`.
   */
  | { readonly type: "metadata"; readonly choice?: number; readonly fields: JsonObject }
  | { readonly type: "usage"; readonly usage: TokenUsage }
  | { readonly type: "warning"; readonly warning: Warning }
  | {
      readonly type: "choice-finish";
      readonly choice: number;
      readonly reason: FinishReason;
      readonly rawReason: string | null;
      readonly stopSequence?: string;
    }
  | { readonly type: "finish"; readonly response: InferenceResponse };

/** The other way a decoded stream can end. `partial` is what had arrived by then. */
export interface FailureEvent {
  readonly type: "failure";
  readonly failure: Failure;
  readonly partial?: InferenceResponse;
}

/** What a dialect's stream decoder gives: exactly one `finish` or `failure`, and it is the last. */
export type DecodedEvent = StreamEvent | FailureEvent;
