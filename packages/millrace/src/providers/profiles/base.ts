import { type ChatRules, REFERENCE_RULES, type RequestRules } from "../../wire/chat-completions/rules.ts";
import type { HealthRoute, ModelListing, Profile } from "./profile.ts";

/** Entries of a list say no more than OpenAI's own. */
export const PLAIN_LISTING: ModelListing = {
  path: "/models",
  contextLength: [],
  maxOutputTokens: [],
  parameters: [],
  defaultState: "unknown",
};

/** The reference with these requests instead. */
export function takes(request: Partial<RequestRules>): ChatRules {
  return { ...REFERENCE_RULES, request: { ...REFERENCE_RULES.request, ...request } };
}

const MODELS_AS_HEALTH: HealthRoute = { path: "/models", from: "base" };

/**
 * A server nobody has described: it gets only what every server is known to take, and its streams are
 * mended, because nothing is known of them.
 */
export const openaiCompatible: Profile = {
  id: "openai-compatible",
  label: "OpenAI-compatible server",
  aliases: ["openai_compatible", "generic", "custom"],
  versionSegment: "/v1",
  transport: "network",
  local: false,
  auth: { scheme: "bearer", keyVariables: [] },
  headers: {},
  query: {},
  operations: ["chat-completions", "completions", "embeddings"],
  // Servers that know only the older name ignore the newer one without a word.
  chat: takes({
    tokenLimitField: "max_tokens",
    developerRole: "system",
    instructions: "first",
    understands: ["top_k"],
  }),
  streams: "mend",
  streamUpstream: true,
  models: {
    ...PLAIN_LISTING,
    contextLength: ["context_length", "max_model_len", "meta.n_ctx", "context_window", "max_context_length"],
  },
  health: MODELS_AS_HEALTH,
  embeddings: { encodingFormat: "unset" },
};

/** A server on this machine or in this network; no key by default, one is sent when configured. */
export const localServer: Profile = {
  ...openaiCompatible,
  local: true,
};

/** A hosted service: it cancels on disconnect and answers whole replies without a limit on the way. */
export const hostedService: Profile = {
  ...openaiCompatible,
  models: { ...PLAIN_LISTING, defaultState: "ready" },
  streamUpstream: false,
};
