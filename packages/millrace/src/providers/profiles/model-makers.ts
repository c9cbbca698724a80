import { REFERENCE_RULES } from "../../wire/chat-completions/rules.ts";
import { GEMINI_RULES } from "../../wire/generate-content/rules.ts";
import { hostedService, PLAIN_LISTING, takes } from "./base.ts";
import type { Profile } from "./profile.ts";

/** Content may be an array, tool calls have no index, later names are empty: mended. */
export const mistral: Profile = {
  ...hostedService,
  id: "mistral",
  label: "Mistral",
  aliases: [],
  defaultBaseUrl: "https://api.mistral.ai",
  auth: { scheme: "bearer", keyVariables: ["MISTRAL_API_KEY"] },
  operations: ["chat-completions", "embeddings"],
  chat: takes({
    tokenLimitField: "max_tokens",
    developerRole: "system",
    // It sends usage in the last chunk without being asked, and refuses fields it does not know.
    streamUsageOption: false,
    contentBesideToolCalls: "empty",
    reasoningInHistory: "omit",
    toolCallIds: { pattern: "^[A-Za-z0-9]{9}$", made: "letters-and-digits" },
    refusedParameters: ["store", "user", "logit_bias", "service_tier"],
  }),
  models: { ...PLAIN_LISTING, contextLength: ["max_context_length"], defaultState: "ready" },
};

/** May answer a request for a stream with a JSON error in a 200, which is recognised either way. */
export const xai: Profile = {
  ...hostedService,
  id: "xai",
  label: "xAI",
  aliases: ["grok"],
  defaultBaseUrl: "https://api.x.ai",
  auth: { scheme: "bearer", keyVariables: ["XAI_API_KEY"] },
  operations: ["chat-completions"],
  chat: takes({
    developerRole: "system",
    reasoningModels: ["grok-3-mini", "grok-4"],
    refusedByReasoningModels: ["presence_penalty", "frequency_penalty", "stop"],
    refusedParameters: ["store", "metadata"],
  }),
};

/** Google's own API for Gemini. */
export const gemini: Profile = {
  ...hostedService,
  id: "gemini",
  label: "Gemini",
  aliases: ["google"],
  defaultBaseUrl: "https://generativelanguage.googleapis.com",
  versionSegment: "/v1beta",
  auth: { scheme: "x-goog-api-key", keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"] },
  operations: ["generate-content", "generate-content-array", "embed-content", "batch-embed-contents"],
  conversation: { name: "generate-content", rules: GEMINI_RULES },
  streams: "pass",
  models: {
    ...PLAIN_LISTING,
    query: { pageSize: "1000" },
    idPrefix: "models/",
    contextLength: ["inputTokenLimit"],
    maxOutputTokens: ["outputTokenLimit"],
    defaultState: "ready",
  },
  embeddings: { dialect: "generate-content", encodingFormat: "unset", maxInputs: 100 },
};

/**
 * Tool calls have no index, ids may be empty and the finish may be `stop`: mended. Thought signatures on
 * calls travel in their extra fields and have to come back.
 */
export const geminiOpenai: Profile = {
  ...hostedService,
  id: "gemini-openai",
  label: "Gemini (OpenAI-compatible)",
  aliases: [],
  defaultBaseUrl: "https://generativelanguage.googleapis.com",
  versionSegment: "/v1beta/openai",
  auth: { scheme: "bearer", keyVariables: [] },
  operations: ["chat-completions", "embeddings"],
  chat: takes({
    developerRole: "system",
    reasoningInHistory: "omit",
    refusedParameters: ["store", "logit_bias", "service_tier", "user", "seed"],
  }),
  models: {
    ...PLAIN_LISTING,
    idPrefix: "models/",
    defaultState: "ready",
    // The list for OpenAI's clients has no sizes; Google's own, which takes the key in another header, does.
    details: [
      {
        path: "/v1beta/models",
        from: "root",
        query: { pageSize: "1000" },
        covers: "all",
        contextLength: ["inputTokenLimit"],
        maxOutputTokens: ["outputTokenLimit"],
        keyHeader: "x-goog-api-key",
      },
    ],
  },
  embeddings: { encodingFormat: "float", maxInputs: 100 },
};

/**
 * Lines may end in CRLF, the role is on every chunk, usage grows from chunk to chunk and `[DONE]` is often missing:
 * mended. It has no version in its path and no list of models, and sonar-reasoning thinks in the text.
 */
export const perplexity: Profile = {
  ...hostedService,
  id: "perplexity",
  label: "Perplexity",
  aliases: ["pplx"],
  defaultBaseUrl: "https://api.perplexity.ai",
  versionSegment: "",
  auth: { scheme: "bearer", keyVariables: ["PERPLEXITY_API_KEY", "PPLX_API_KEY"] },
  operations: ["chat-completions"],
  chat: {
    request: {
      ...REFERENCE_RULES.request,
      tokenLimitField: "max_tokens",
      developerRole: "system",
      // Usage comes unasked, and reasoning is part of the text.
      streamUsageOption: false,
      reasoningInHistory: "omit",
    },
    reply: { ...REFERENCE_RULES.reply, thinkTags: "extract" },
  },
  models: { contextLength: [], maxOutputTokens: [], parameters: [], defaultState: "ready" },
};
