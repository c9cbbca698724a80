import type { JsonObject, JsonValue } from "../../model/json.ts";

/** A request of the older completions protocol, as loosely as it comes. */
export interface WireCompletionRequest extends JsonObject {
  readonly model?: JsonValue;
  /** Text, several texts, or token ids. */
  readonly prompt?: JsonValue;
  readonly stream?: JsonValue;
  readonly stream_options?: JsonValue;
}

/** One choice of a reply or of a chunk: both have the same shape. */
export interface WireCompletionChoice extends JsonObject {
  readonly index?: JsonValue;
  readonly text?: JsonValue;
  readonly finish_reason?: JsonValue;
}

/** A reply, or one chunk of a streamed one. */
export interface WireCompletion extends JsonObject {
  readonly id?: JsonValue;
  readonly model?: JsonValue;
  readonly choices?: JsonValue;
  readonly usage?: JsonValue;
}
