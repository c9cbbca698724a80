import type { JsonObject, JsonValue } from "../../model/json.ts";

// What chat-completions servers and clients send, as loosely as it comes: any field may be missing or
// hold anything. An object of any kind is one of these; reading it is the codec's work.

/** The field that every request, reply and chunk object may hold beside those that have a name here. */
type Loose = JsonObject;

/** A reply, or one chunk of a streamed reply. */
export interface WireReply extends Loose {
  readonly id?: JsonValue;
  readonly object?: JsonValue;
  readonly created?: JsonValue;
  readonly model?: JsonValue;
  readonly choices?: JsonValue;
  readonly usage?: JsonValue;
}

/** One choice of a reply: `message` when it is whole, `delta` when it is a chunk. */
export interface WireChoice extends Loose {
  readonly index?: JsonValue;
  readonly message?: JsonValue;
  readonly delta?: JsonValue;
  readonly logprobs?: JsonValue;
  readonly finish_reason?: JsonValue;
  /** What some Gemini bridges call it. */
  readonly finishReason?: JsonValue;
}

/** A tool call in a reply, in a chunk of one, or in a conversation. */
export interface WireToolCall extends Loose {
  readonly index?: JsonValue;
  readonly id?: JsonValue;
  readonly type?: JsonValue;
  readonly function?: JsonValue;
  readonly custom?: JsonValue;
}

/** One turn of a conversation. */
export interface WireMessage extends Loose {
  readonly role?: JsonValue;
  readonly content?: JsonValue;
  readonly name?: JsonValue;
  readonly tool_call_id?: JsonValue;
  readonly tool_calls?: JsonValue;
  readonly reasoning_content?: JsonValue;
  readonly reasoning?: JsonValue;
  readonly reasoning_details?: JsonValue;
  readonly refusal?: JsonValue;
}

/** A request body; the parameters are in one table, `parameters.ts`. */
export interface WireRequest extends Loose {
  readonly model?: JsonValue;
  readonly messages?: JsonValue;
  readonly tools?: JsonValue;
  readonly tool_choice?: JsonValue;
  readonly response_format?: JsonValue;
  readonly stream?: JsonValue;
  readonly stream_options?: JsonValue;
  readonly max_tokens?: JsonValue;
  readonly max_completion_tokens?: JsonValue;
}
