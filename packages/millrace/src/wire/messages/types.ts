import type { JsonObject, JsonValue } from "../../model/json.ts";

// What Messages servers and clients send, as loosely as it comes: any field may be missing or hold anything.

/** A content block of a turn or of an answer. */
export type Block = JsonObject;

/** A request body. */
export interface WireRequest extends JsonObject {
  readonly model?: JsonValue;
  readonly system?: JsonValue;
  readonly messages?: JsonValue;
  readonly max_tokens?: JsonValue;
  readonly tools?: JsonValue;
  readonly tool_choice?: JsonValue;
  readonly thinking?: JsonValue;
  readonly output_config?: JsonValue;
  readonly output_format?: JsonValue;
  readonly metadata?: JsonValue;
  readonly service_tier?: JsonValue;
}

/** A turn as it is sent. */
export interface WireTurn extends JsonObject {
  readonly role: "user" | "assistant" | "system";
  readonly content: string | readonly Block[];
}

/** An event of a stream. Its type is its name too. */
export interface WireEvent extends JsonObject {
  readonly type: string;
}
