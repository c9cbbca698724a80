import { REFERENCE_RULES } from "../../wire/chat-completions/rules.ts";
import { hostedService, PLAIN_LISTING, takes } from "./base.ts";
import type { Profile } from "./profile.ts";

/** Usage rides in the finish chunk and in `x_groq`, and some frames have no choices: mended. */
export const groq: Profile = {
  ...hostedService,
  id: "groq",
  label: "Groq",
  aliases: [],
  defaultBaseUrl: "https://api.groq.com",
  versionSegment: "/openai/v1",
  auth: { scheme: "bearer", keyVariables: ["GROQ_API_KEY"] },
  operations: ["chat-completions"],
  chat: takes({
    tokenLimitField: "max_completion_tokens",
    developerRole: "system",
    // "for 'role:system' the following must be satisfied: value must be a string" (OpenHands#4643).
    stringContent: ["system", "tool"],
    // Models that do not reason refuse the field.
    reasoningInHistory: "omit",
  }),
  models: {
    ...PLAIN_LISTING,
    contextLength: ["context_window"],
    maxOutputTokens: ["max_completion_tokens"],
    defaultState: "ready",
  },
};

/** Errors stand beside choices that finish with `error`, after a 200: mended. It states the cost. */
export const openrouter: Profile = {
  ...hostedService,
  id: "openrouter",
  label: "OpenRouter",
  aliases: [],
  defaultBaseUrl: "https://openrouter.ai/api",
  auth: { scheme: "bearer", keyVariables: ["OPENROUTER_API_KEY"] },
  operations: ["chat-completions", "completions", "embeddings"],
  chat: {
    request: {
      ...REFERENCE_RULES.request,
      reasoningInHistory: "reasoning",
      understands: ["cache_control", "reasoning_details", "top_k", "file_urls"],
    },
    reply: { ...REFERENCE_RULES.reply, costField: "cost" },
  },
  models: {
    ...PLAIN_LISTING,
    contextLength: ["top_provider.context_length", "context_length"],
    maxOutputTokens: ["top_provider.max_completion_tokens"],
    defaultState: "ready",
  },
};

/** Its list of models is a bare array; its streams are of many engines: mended. */
export const together: Profile = {
  ...hostedService,
  id: "together",
  label: "Together",
  aliases: ["together-ai", "togetherai"],
  defaultBaseUrl: "https://api.together.xyz",
  auth: { scheme: "bearer", keyVariables: ["TOGETHER_API_KEY"] },
  chat: takes({ tokenLimitField: "max_tokens", developerRole: "system", reasoningInHistory: "reasoning" }),
  models: { ...PLAIN_LISTING, contextLength: ["context_length"], defaultState: "ready" },
};

/** Its models run on engines of many versions: mended. Ids are paths, such as `accounts/fireworks/models/…`. */
export const fireworks: Profile = {
  ...hostedService,
  id: "fireworks",
  label: "Fireworks",
  aliases: ["fireworks-ai"],
  defaultBaseUrl: "https://api.fireworks.ai/inference",
  auth: { scheme: "bearer", keyVariables: ["FIREWORKS_API_KEY"] },
  models: { ...PLAIN_LISTING, contextLength: ["context_length"], defaultState: "ready" },
};

/**
 * Nobody has recorded its streams: mended. It takes the token limit by both names, refuses `store`, and wants
 * reasoning back as `reasoning`.
 */
export const cerebras: Profile = {
  ...hostedService,
  id: "cerebras",
  label: "Cerebras",
  aliases: [],
  defaultBaseUrl: "https://api.cerebras.ai",
  auth: { scheme: "bearer", keyVariables: ["CEREBRAS_API_KEY"] },
  operations: ["chat-completions"],
  chat: takes({ developerRole: "system", reasoningInHistory: "reasoning", refusedParameters: ["store"] }),
};
