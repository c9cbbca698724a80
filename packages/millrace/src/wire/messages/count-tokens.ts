import type { JsonObject } from "../../model/json.ts";
import { onlyFields } from "../json/only-fields.ts";
import { isObject, numberOf } from "../json/read.ts";
import type { TokenCountCodec } from "../translation/codec.ts";

export { checkMessagesRequest as checkCountTokens } from "./check.ts";

/** What a question for the number of tokens may hold: platform.claude.com/docs/en/api/messages/count_tokens. */
const FIELDS: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "system",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "cache_control",
  "context_management",
  "mcp_servers",
]);

/** How Anthropic is asked how many tokens a request has. */
export const messagesTokenCount: TokenCountCodec = {
  routeOf: () => ({ path: "/messages/count_tokens" }),
  questionOf: (body) => onlyFields(body, FIELDS),
  readReply: (reply) => (isObject(reply) ? numberOf(reply["input_tokens"]) : undefined),
};

/** The answer to how many tokens a request has. */
export function encodeTokenCount(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens };
}
