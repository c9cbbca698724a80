import type { JsonObject } from "../../model/json.ts";
import { objectOf } from "../json/read.ts";
import type { AnswerEncoding } from "../translation/codec.ts";
import type { Item } from "./types.ts";

/** What an answer says of its request where that says nothing. */
const DEFAULTS: JsonObject = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  safety_identifier: null,
  service_tier: "auto",
  store: true,
  temperature: 1,
  tool_choice: "auto",
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
  user: null,
  metadata: {},
};

/** What of a response differs from event to event. */
export interface ResponseState {
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  readonly output: readonly Item[];
  readonly usage: JsonObject | null;
  readonly error?: JsonObject;
  readonly incompleteReason?: string | undefined;
  readonly more?: JsonObject | undefined;
}

/** Writes response objects, which repeat what was asked. */
export class ResponseObjects {
  readonly #echo: JsonObject;

  constructor({ asked }: Pick<AnswerEncoding, "asked">) {
    const given = Object.entries(DEFAULTS).map(([field, value]) => [field, asked[field] ?? value] as const);
    this.#echo = {
      ...Object.fromEntries(given),
      reasoning: { effort: null, summary: null, ...objectOf(asked["reasoning"]) },
      text: { format: { type: "text" }, ...objectOf(asked["text"]) },
    };
  }

  write(state: ResponseState): JsonObject {
    const { id, model, created, status, output, usage, error = null, incompleteReason, more } = state;
    return {
      id,
      object: "response",
      created_at: created,
      status,
      error,
      incomplete_details: incompleteReason === undefined ? null : { reason: incompleteReason },
      model,
      output,
      ...this.#echo,
      ...more,
      usage,
    };
  }
}
