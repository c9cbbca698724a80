import type { JsonObject } from "../../model/json.ts";

export { checkMessagesRequest as checkCountTokens } from "./check.ts";

/** The answer to how many tokens a request has. */
export function encodeTokenCount(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens };
}
