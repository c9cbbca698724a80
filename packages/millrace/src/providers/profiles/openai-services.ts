import { OPENAI_RESPONSES_RULES } from "../../wire/responses/rules.ts";
import { hostedService, takes } from "./base.ts";
import type { Operation } from "../provider.ts";
import type { Profile, ResponsesDialect } from "./profile.ts";

const OPENAI_RULES = takes({
  tokenLimitField: "max_completion_tokens",
  // Ids of OpenAI's reasoning models begin with one of these.
  reasoningModels: ["o1", "o3", "o4", "gpt-5", "gpt-6"],
  chatModels: ["gpt-5-chat", "gpt-4", "gpt-3.5", "chatgpt-"],
  refusedByReasoningModels: [
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "logit_bias",
  ],
  // Chat completions never gives reasoning, and takes none back.
  reasoningInHistory: "omit",
  imagesInToolResults: false,
  toolNames: "strict",
  understands: ["custom_tools", "platform"],
  toolCallIds: { pattern: "^.{1,40}$", made: "letters-and-digits" },
});

/** Chat completions give no reasoning, and newer models that reason take no function tools there. */
const RESPONSES: ResponsesDialect = { name: "responses", rules: OPENAI_RESPONSES_RULES };

const BOTH_DIALECTS: readonly Operation[] = ["chat-completions", "completions", "responses", "embeddings"];

/** The reference itself. */
export const openai: Profile = {
  ...hostedService,
  id: "openai",
  label: "OpenAI",
  aliases: [],
  operations: BOTH_DIALECTS,
  defaultBaseUrl: "https://api.openai.com",
  auth: { scheme: "bearer", keyVariables: ["OPENAI_API_KEY"], baseUrlVariable: "OPENAI_BASE_URL" },
  chat: OPENAI_RULES,
  reasoningConversation: RESPONSES,
  streams: "pass",
  embeddings: { encodingFormat: "base64", maxInputs: 2048 },
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
  operations: BOTH_DIALECTS,
  versionSegment: "/openai/v1",
  auth: {
    scheme: "api-key",
    keyVariables: ["AZURE_OPENAI_API_KEY"],
    baseUrlVariable: "AZURE_OPENAI_ENDPOINT",
  },
  chat: OPENAI_RULES,
  reasoningConversation: RESPONSES,
  embeddings: { encodingFormat: "base64", maxInputs: 2048 },
};

const { reasoningConversation: _forSome, ...openaiAccount } = openai;

/** The same account by its newer API alone, also for chat clients: they see the reasoning, and it comes back. */
export const openaiResponses: Profile = {
  ...openaiAccount,
  id: "openai-responses",
  label: "OpenAI (Responses)",
  auth: { scheme: "bearer", keyVariables: [] },
  operations: ["responses", "embeddings"],
  conversation: RESPONSES,
};

const { reasoningConversation: _forSomeToo, ...azureAccount } = azureOpenai;

/** Model ids are the names of deployments. */
export const azureResponses: Profile = {
  ...azureAccount,
  id: "azure-responses",
  label: "Azure OpenAI (Responses)",
  aliases: [],
  auth: { scheme: "api-key", keyVariables: [] },
  operations: ["responses", "embeddings"],
  conversation: RESPONSES,
  streams: "pass",
};
