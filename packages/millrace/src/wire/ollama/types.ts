import type { JsonObject, JsonValue } from "../../model/json.ts";

/** A request to `/api/chat` or `/api/generate`, as loosely as it comes. */
export interface WireRequest extends JsonObject {
  readonly model?: JsonValue;
  readonly messages?: JsonValue;
  readonly prompt?: JsonValue;
  readonly system?: JsonValue;
  readonly suffix?: JsonValue;
  readonly raw?: JsonValue;
  readonly images?: JsonValue;
  readonly tools?: JsonValue;
  /** A stream is the default. */
  readonly stream?: JsonValue;
  /** `"json"`, or a JSON Schema. */
  readonly format?: JsonValue;
  /** `true`, `false`, or a level. */
  readonly think?: JsonValue;
  readonly options?: JsonValue;
  readonly logprobs?: JsonValue;
  readonly top_logprobs?: JsonValue;
}

/** One turn, in a request or in a reply. */
export interface WireMessage extends JsonObject {
  readonly role?: JsonValue;
  readonly content?: JsonValue;
  readonly thinking?: JsonValue;
  /** Base64, without anything that says of what. */
  readonly images?: JsonValue;
  readonly tool_calls?: JsonValue;
  readonly tool_name?: JsonValue;
  readonly tool_call_id?: JsonValue;
}

/** A whole reply, or one line of a stream. */
export interface WireReply extends JsonObject {
  readonly model?: JsonValue;
  readonly created_at?: JsonValue;
  /** Of `/api/chat`. */
  readonly message?: JsonValue;
  /** Of `/api/generate`, with `thinking` and `tool_calls` beside it. */
  readonly response?: JsonValue;
  readonly thinking?: JsonValue;
  readonly tool_calls?: JsonValue;
  readonly logprobs?: JsonValue;
  readonly done?: JsonValue;
  readonly done_reason?: JsonValue;
}
