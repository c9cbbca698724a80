import type { JsonObject } from "../../model/json.ts";
import type { JsonField } from "../json/read.ts";

/** One entry of a request's `input` or of an answer's `output`. */
export type Item = JsonObject;

/** A request body, as far as this codec reads it. */
export interface WireRequest {
  readonly model?: JsonField;
  readonly input?: JsonField;
  readonly instructions?: JsonField;
  readonly tools?: JsonField;
  readonly tool_choice?: JsonField;
  readonly text?: JsonField;
  readonly reasoning?: JsonField;
  readonly include?: JsonField;
  readonly previous_response_id?: JsonField;
  readonly conversation?: JsonField;
  readonly prompt?: JsonField;
  readonly background?: JsonField;
  readonly [field: string]: JsonField;
}

/** What asks for a value that is left out of answers by default. */
export const INCLUDE_ENCRYPTED_REASONING = "reasoning.encrypted_content";
export const INCLUDE_LOGPROBS = "message.output_text.logprobs";

/** Where the model keeps items of an answer that have no name there, such as a search that the server made. */
export const HOSTED_ITEMS = "response_items";
