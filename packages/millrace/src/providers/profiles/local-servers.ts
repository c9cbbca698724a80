import { REFERENCE_RULES } from "../../wire/chat-completions/rules.ts";
import { localServer, PLAIN_LISTING } from "./base.ts";
import type { Profile } from "./profile.ts";

/**
 * Streams are canonical: a role chunk, own finish chunk, contiguous tool indexes. A dropped request that
 * does not stream keeps generating on a busy server, so it is always asked to stream.
 */
export const llamaCpp: Profile = {
  ...localServer,
  id: "llama.cpp",
  label: "llama.cpp (llama-server)",
  aliases: ["llamacpp", "llama-cpp", "llama-server"],
  defaultBaseUrl: "http://127.0.0.1:8080",
  auth: { scheme: "bearer", keyVariables: ["LLAMA_API_KEY"] },
  chat: REFERENCE_RULES,
  streams: "pass",
  models: {
    ...PLAIN_LISTING,
    // `n_ctx` is per slot, which is what a conversation has; `n_ctx_train` is the model's.
    contextLength: ["meta.n_ctx", "meta.n_ctx_train"],
    parameters: ["meta.n_params"],
    // Router mode states what is loaded; a single server lists only what it has loaded.
    state: {
      field: "status.value",
      words: { loaded: "ready", loading: "loading", unloaded: "unloaded", failed: "failed" },
    },
    defaultState: "ready",
  },
  // `/health` needs no key and says 503 while the model loads.
  health: { path: "/health", from: "root" },
};

/**
 * Swallows errors in streams and has numbered every tool call 0, so its streams are mended. It knows
 * only `max_tokens`, and reasoning goes by `reasoning`.
 */
export const ollama: Profile = {
  ...localServer,
  id: "ollama",
  label: "Ollama",
  aliases: [],
  defaultBaseUrl: "http://127.0.0.1:11434",
  auth: { scheme: "bearer", keyVariables: ["OLLAMA_API_KEY"], baseUrlVariable: "OLLAMA_HOST" },
  chat: {
    ...REFERENCE_RULES,
    request: {
      ...REFERENCE_RULES.request,
      tokenLimitField: "max_tokens",
      developerRole: "system",
      contentBesideToolCalls: "empty",
      reasoningInHistory: "reasoning",
    },
  },
  // The list is of what is installed; any of it is loaded when asked for.
  models: { ...PLAIN_LISTING, defaultState: "unloaded" },
  health: { path: "/api/version", from: "root", fallbackPath: "/models" },
};

/**
 * Depending on the tool parser it repeats names, leaves out ids and numbers calls 0, and it may put usage
 * on every chunk: mended.
 */
export const vllm: Profile = {
  ...localServer,
  id: "vllm",
  label: "vLLM",
  aliases: [],
  defaultBaseUrl: "http://127.0.0.1:8000",
  auth: { scheme: "bearer", keyVariables: ["VLLM_API_KEY"] },
  chat: REFERENCE_RULES,
  models: { ...PLAIN_LISTING, contextLength: ["max_model_len"], defaultState: "ready" },
  health: { path: "/health", from: "root", fallbackPath: "/models" },
};

/** Fills every chunk with nulls and numbers calls 0: mended. An overflow is an error event in a 200. */
export const sglang: Profile = {
  ...localServer,
  id: "sglang",
  label: "SGLang",
  aliases: [],
  defaultBaseUrl: "http://127.0.0.1:30000",
  auth: { scheme: "bearer", keyVariables: ["SGLANG_API_KEY"] },
  chat: { ...REFERENCE_RULES, request: { ...REFERENCE_RULES.request, developerRole: "system" } },
  models: { ...PLAIN_LISTING, contextLength: ["max_model_len"], defaultState: "ready" },
  // Not `/health_generate`, which makes a token.
  health: { path: "/health", from: "root", fallbackPath: "/models" },
};

/** Errors come as events in a 200, names may be empty in later chunks: mended. */
export const lmstudio: Profile = {
  ...localServer,
  id: "lmstudio",
  label: "LM Studio",
  aliases: ["lm-studio", "lm_studio"],
  defaultBaseUrl: "http://127.0.0.1:1234",
  auth: { scheme: "bearer", keyVariables: ["LMSTUDIO_API_KEY", "LM_API_TOKEN"] },
  chat: {
    ...REFERENCE_RULES,
    request: {
      ...REFERENCE_RULES.request,
      tokenLimitField: "max_tokens",
      developerRole: "system",
      reasoningInHistory: "reasoning",
    },
  },
  // With just-in-time loading the list is of what is downloaded.
  models: {
    ...PLAIN_LISTING,
    contextLength: ["loaded_context_length", "max_context_length"],
    defaultState: "unloaded",
  },
  // It ignores `encoding_format` and answers in floats.
  embeddings: { encodingFormat: "float" },
};

/** Calls may share one id, and events without choices stand between chunks: mended. */
export const localai: Profile = {
  ...localServer,
  id: "localai",
  label: "LocalAI",
  aliases: ["local-ai"],
  defaultBaseUrl: "http://127.0.0.1:8080",
  auth: { scheme: "bearer", keyVariables: ["LOCALAI_API_KEY"] },
  models: { ...PLAIN_LISTING, defaultState: "unloaded" },
  // `/readyz` says 503 while it starts.
  health: { path: "/readyz", from: "root", fallbackPath: "/models" },
};
