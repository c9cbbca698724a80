import { OLLAMA_RULES } from "../../wire/ollama/rules.ts";
import { localServer, PLAIN_LISTING, takes } from "./base.ts";
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
  // can1357/oh-my-pi#5914: no grammar can be made of a schema that is `true`.
  chat: takes({ objectSchemas: true }),
  streams: "pass",
  models: {
    ...PLAIN_LISTING,
    // `n_ctx` is per slot, which is what a conversation has; `n_ctx_train` is the model's. In router mode a
    // model has no `meta` until it is loaded, but the arguments it will be started with.
    contextLength: ["meta.n_ctx", "status.args --ctx-size", "meta.n_ctx_train"],
    parameters: ["meta.n_params"],
    // Router mode states what is loaded; a single server lists only what it has loaded. A model that sleeps has to be
    // loaded anew, and one whose start failed is `unloaded` with a mark.
    state: {
      field: "status.value",
      words: {
        loaded: "ready",
        loading: "loading",
        unloaded: "unloaded",
        sleeping: "unloaded",
        downloaded: "unloaded",
        downloading: "loading",
        failed: "failed",
      },
      failed: "status.failed",
    },
    defaultState: "ready",
    // Older builds have no `meta`. A router answers too, with 0 for what it does not know.
    details: [{ path: "/props", from: "root", covers: "only", contextLength: ["default_generation_settings.n_ctx"] }],
  },
  // `/health` needs no key and says 503 while the model loads.
  health: { path: "/health", from: "root" },
  load: [
    { path: "/props", from: "root", form: "json", slots: "total_slots", asleep: "is_sleeping" },
    // Only with `--metrics`. Asking it wakes older builds, and asking for the slots wakes all of them.
    {
      path: "/metrics",
      from: "root",
      form: "prometheus",
      running: "llamacpp:requests_processing",
      waiting: "llamacpp:requests_deferred",
      wakes: true,
    },
    { path: "/slots", from: "root", form: "json", rows: "", slots: "*", running: "is_processing", wakes: true },
    { path: "/models", from: "base", form: "json", rows: "data", loaded: { field: "status.value", word: "loaded" } },
  ],
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
  chat: takes({
    instructions: "first",
    understands: ["top_k"],
    tokenLimitField: "max_tokens",
    developerRole: "system",
    contentBesideToolCalls: "empty",
    reasoningInHistory: "reasoning",
    images: "data",
    objectSchemas: true,
  }),
  // The list is of what is installed; any of it is loaded when asked for.
  models: {
    ...PLAIN_LISTING,
    defaultState: "unloaded",
    details: [
      // What is loaded, and with how much context, which is often less than the model has.
      { path: "/api/ps", from: "root", covers: "all", contextLength: ["context_length"], listedState: "ready" },
      {
        path: "/api/show",
        from: "root",
        covers: "each",
        contextLength: ["parameters num_ctx", "model_info.*.context_length"],
      },
    ],
  },
  health: { path: "/api/version", from: "root", fallbackPath: "/models" },
  // Nothing says how many requests it serves or holds back.
  load: [{ path: "/api/ps", from: "root", form: "json", rows: "models", loaded: "all" }],
};

/** Ollama by its own API: it can be told how much context to load a model with (`num_ctx`). */
export const ollamaNative: Profile = {
  ...ollama,
  id: "ollama-native",
  label: "Ollama (its own API)",
  versionSegment: "",
  auth: { scheme: "bearer", keyVariables: [] },
  operations: ["ollama-chat", "ollama-generate", "ollama-embed", "ollama-embeddings"],
  conversation: { name: "ollama", rules: OLLAMA_RULES },
  streams: "pass",
  models: { ...ollama.models, path: "/api/tags" },
  health: { path: "/api/version", from: "root", fallbackPath: "/api/tags" },
  embeddings: { dialect: "ollama", encodingFormat: "unset" },
};

/** Errors come as events in a 200, names may be empty in later chunks: mended. */
export const lmstudio: Profile = {
  ...localServer,
  id: "lmstudio",
  label: "LM Studio",
  aliases: ["lm-studio", "lm_studio"],
  defaultBaseUrl: "http://127.0.0.1:1234",
  auth: { scheme: "bearer", keyVariables: ["LMSTUDIO_API_KEY", "LM_API_TOKEN"] },
  chat: takes({
    instructions: "first",
    understands: ["top_k"],
    tokenLimitField: "max_tokens",
    developerRole: "system",
    reasoningInHistory: "reasoning",
    schemaNeedsProperties: true,
  }),
  // With just-in-time loading the list is of what is downloaded. Only its own list says what is loaded.
  models: {
    ...PLAIN_LISTING,
    contextLength: ["loaded_context_length", "max_context_length"],
    defaultState: "unloaded",
    details: [
      {
        path: "/api/v0/models",
        from: "root",
        covers: "all",
        contextLength: ["loaded_context_length", "max_context_length"],
        state: { field: "state", words: { loaded: "ready", loading: "loading", "not-loaded": "unloaded" } },
      },
    ],
  },
  load: [
    { path: "/api/v0/models", from: "root", form: "json", rows: "data", loaded: { field: "state", word: "loaded" } },
  ],
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
  // The list says ids and no more; newer versions have a second one beside it.
  models: {
    ...PLAIN_LISTING,
    defaultState: "unloaded",
    details: [{ path: "/models/capabilities", from: "base", covers: "all", contextLength: ["context_size"] }],
  },
  // `/readyz` says 503 while it starts.
  health: { path: "/readyz", from: "root", fallbackPath: "/models" },
};
