import { REFERENCE_RULES } from "../../wire/chat-completions/rules.ts";
import { hostedService, PLAIN_LISTING } from "./base.ts";
import type { Profile } from "./profile.ts";

/** Ids of OpenAI's reasoning models begin with one of these. */
const OPENAI_REASONING = ["o1", "o3", "o4", "gpt-5"] as const;
const REFUSED_BY_OPENAI_REASONING = [
  "temperature",
  "top_p",
  "presence_penalty",
  "frequency_penalty",
  "logprobs",
  "top_logprobs",
  "logit_bias",
] as const;

const OPENAI_RULES = {
  ...REFERENCE_RULES,
  request: {
    ...REFERENCE_RULES.request,
    tokenLimitField: "max_completion_tokens",
    reasoningModels: OPENAI_REASONING,
    refusedByReasoningModels: REFUSED_BY_OPENAI_REASONING,
    // Chat completions never gives reasoning, and takes none back.
    reasoningInHistory: "omit",
  },
} as const;

/** The reference itself. */
export const openai: Profile = {
  ...hostedService,
  id: "openai",
  label: "OpenAI",
  aliases: [],
  defaultBaseUrl: "https://api.openai.com",
  auth: { scheme: "bearer", keyVariables: ["OPENAI_API_KEY"], baseUrlVariable: "OPENAI_BASE_URL" },
  chat: OPENAI_RULES,
  streams: "pass",
  embeddings: { encodingFormat: "base64" },
};

/**
 * Streams begin with a chunk that has no choices, id or model, and a filtered one may end without
 * `[DONE]`: mended. Model ids are the names of deployments.
 */
export const azureOpenai: Profile = {
  ...hostedService,
  id: "azure-openai",
  label: "Azure OpenAI",
  aliases: ["azure"],
  versionSegment: "/openai/v1",
  auth: {
    scheme: "api-key",
    keyVariables: ["AZURE_OPENAI_API_KEY"],
    baseUrlVariable: "AZURE_OPENAI_ENDPOINT",
  },
  chat: OPENAI_RULES,
  embeddings: { encodingFormat: "base64" },
};

/** Usage rides in the finish chunk and in `x_groq`, and some frames have no choices: mended. */
export const groq: Profile = {
  ...hostedService,
  id: "groq",
  label: "Groq",
  aliases: [],
  defaultBaseUrl: "https://api.groq.com/openai",
  auth: { scheme: "bearer", keyVariables: ["GROQ_API_KEY"] },
  operations: ["chat-completions"],
  chat: {
    ...REFERENCE_RULES,
    request: {
      ...REFERENCE_RULES.request,
      tokenLimitField: "max_completion_tokens",
      developerRole: "system",
      reasoningInHistory: "omit",
    },
  },
  models: {
    ...PLAIN_LISTING,
    contextLength: ["context_window"],
    maxOutputTokens: ["max_completion_tokens"],
    defaultState: "ready",
  },
};

/** Content may be an array, tool calls have no index, later names are empty: mended. */
export const mistral: Profile = {
  ...hostedService,
  id: "mistral",
  label: "Mistral",
  aliases: [],
  defaultBaseUrl: "https://api.mistral.ai",
  auth: { scheme: "bearer", keyVariables: ["MISTRAL_API_KEY"] },
  operations: ["chat-completions", "embeddings"],
  chat: {
    ...REFERENCE_RULES,
    request: {
      ...REFERENCE_RULES.request,
      tokenLimitField: "max_tokens",
      developerRole: "system",
      // It sends usage in the last chunk without being asked, and refuses fields it does not know.
      streamUsageOption: false,
      contentBesideToolCalls: "empty",
      reasoningInHistory: "omit",
      refusedParameters: ["store", "user", "logit_bias", "service_tier"],
    },
  },
  models: { ...PLAIN_LISTING, contextLength: ["max_context_length"], defaultState: "ready" },
};

/** Standard increments; usage rides in the finish chunk, which clients read where it stands. */
export const deepseek: Profile = {
  ...hostedService,
  id: "deepseek",
  label: "DeepSeek",
  aliases: [],
  defaultBaseUrl: "https://api.deepseek.com",
  auth: { scheme: "bearer", keyVariables: ["DEEPSEEK_API_KEY"] },
  operations: ["chat-completions"],
  chat: {
    ...REFERENCE_RULES,
    // Newer models want their reasoning back with tool calls.
    request: { ...REFERENCE_RULES.request, tokenLimitField: "max_tokens", developerRole: "system" },
  },
  streams: "pass",
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
  chat: {
    ...REFERENCE_RULES,
    request: {
      ...REFERENCE_RULES.request,
      developerRole: "system",
      reasoningModels: ["grok-3-mini", "grok-4"],
      refusedByReasoningModels: ["presence_penalty", "frequency_penalty", "stop"],
      refusedParameters: ["store", "metadata"],
    },
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
    request: { ...REFERENCE_RULES.request, reasoningInHistory: "reasoning" },
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
  chat: {
    ...REFERENCE_RULES,
    request: {
      ...REFERENCE_RULES.request,
      tokenLimitField: "max_tokens",
      developerRole: "system",
      reasoningInHistory: "reasoning",
    },
  },
  models: { ...PLAIN_LISTING, contextLength: ["context_length"], defaultState: "ready" },
};

/**
 * Tool calls have no index, ids may be empty and the finish may be `stop`: mended. Thought signatures on
 * calls travel in their extra fields and have to come back.
 */
export const geminiOpenai: Profile = {
  ...hostedService,
  id: "gemini-openai",
  label: "Gemini (OpenAI-compatible)",
  aliases: ["gemini", "google"],
  defaultBaseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
  auth: { scheme: "bearer", keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"] },
  operations: ["chat-completions", "embeddings"],
  chat: {
    ...REFERENCE_RULES,
    request: {
      ...REFERENCE_RULES.request,
      developerRole: "system",
      reasoningInHistory: "omit",
      refusedParameters: ["store", "logit_bias", "service_tier", "user", "seed"],
    },
  },
  models: { ...PLAIN_LISTING, idPrefix: "models/", defaultState: "ready" },
  embeddings: { encodingFormat: "float" },
};
