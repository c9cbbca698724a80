import { ANTHROPIC_RULES } from "../../wire/messages/rules.ts";
import { hostedService, PLAIN_LISTING } from "./base.ts";
import type { Profile } from "./profile.ts";

/** Anthropic's own API. It says nothing about embeddings, for it has none. */
export const anthropic: Profile = {
  ...hostedService,
  id: "anthropic",
  label: "Anthropic",
  aliases: ["claude"],
  defaultBaseUrl: "https://api.anthropic.com",
  auth: { scheme: "x-api-key", keyVariables: ["ANTHROPIC_API_KEY"] },
  headers: { "anthropic-version": "2023-06-01" },
  operations: ["messages"],
  conversation: { name: "messages", rules: ANTHROPIC_RULES },
  streams: "pass",
  models: {
    ...PLAIN_LISTING,
    query: { limit: "1000" },
    contextLength: ["max_input_tokens"],
    maxOutputTokens: ["max_tokens"],
    defaultState: "ready",
  },
};
