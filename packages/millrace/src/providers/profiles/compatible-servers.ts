import { COMPATIBLE_MESSAGES_RULES } from "../../wire/messages/rules.ts";
import { COMPATIBLE_RESPONSES_RULES } from "../../wire/responses/rules.ts";
import { anthropic } from "./anthropic.ts";
import { openaiCompatible, PLAIN_LISTING } from "./base.ts";
import type { Profile } from "./profile.ts";

/** Other makers' models behind Anthropic's dialect. Their streams are mended, as everybody's of whom nothing is known. */
export const anthropicCompatible: Profile = {
  ...openaiCompatible,
  id: "anthropic-compatible",
  label: "Anthropic-compatible server",
  aliases: ["anthropic_compatible"],
  auth: { scheme: "x-api-key", keyVariables: [] },
  headers: anthropic.headers,
  operations: ["messages"],
  conversation: { name: "messages", rules: COMPATIBLE_MESSAGES_RULES },
  models: {
    ...PLAIN_LISTING,
    contextLength: [...anthropic.models.contextLength, ...openaiCompatible.models.contextLength],
    maxOutputTokens: anthropic.models.maxOutputTokens,
  },
};

/** The same for OpenAI's newer dialect. */
export const responsesCompatible: Profile = {
  ...openaiCompatible,
  id: "responses-compatible",
  label: "Responses-compatible server",
  aliases: ["responses_compatible"],
  operations: ["responses", "embeddings"],
  conversation: { name: "responses", rules: COMPATIBLE_RESPONSES_RULES },
};
