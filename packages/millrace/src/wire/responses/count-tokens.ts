import type { JsonObject } from "../../model/json.ts";
import { onlyFields } from "../json/only-fields.ts";
import { isObject, numberOf } from "../json/read.ts";
import type { TokenCountCodec } from "../translation/codec.ts";

/** What a question for the number of tokens may hold: platform.openai.com/docs/api-reference/responses/input-tokens. */
const FIELDS: ReadonlySet<string> = new Set([
  "model",
  "input",
  "instructions",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "reasoning",
  "text",
  "truncation",
  "conversation",
  "previous_response_id",
]);

/** How OpenAI is asked how many tokens a request has. */
export const responsesTokenCount: TokenCountCodec = {
  routeOf: () => ({ path: "/responses/input_tokens" }),
  questionOf: (body) => onlyFields(body, FIELDS),
  readReply: (reply) => (isObject(reply) ? numberOf(reply["input_tokens"]) : undefined),
};

/** The answer to how many tokens a request has. */
export function encodeInputTokens(tokens: number): JsonObject {
  return { object: "response.input_tokens", input_tokens: tokens };
}
