import { REFERENCE_RULES } from "../../wire/chat-completions/rules.ts";
import { localServer, PLAIN_LISTING, takes } from "./base.ts";
import type { Profile } from "./profile.ts";

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
  // One sample for each engine. How many it serves at once it does not say.
  load: [
    {
      path: "/metrics",
      from: "root",
      form: "prometheus",
      running: "vllm:num_requests_running",
      waiting: "vllm:num_requests_waiting",
    },
  ],
};

/** Fills every chunk with nulls and numbers calls 0: mended. An overflow is an error event in a 200. */
export const sglang: Profile = {
  ...localServer,
  id: "sglang",
  label: "SGLang",
  aliases: [],
  defaultBaseUrl: "http://127.0.0.1:30000",
  auth: { scheme: "bearer", keyVariables: ["SGLANG_API_KEY"] },
  chat: takes({ developerRole: "system", instructions: "first", understands: ["top_k"] }),
  models: { ...PLAIN_LISTING, contextLength: ["max_model_len"], defaultState: "ready" },
  // Its list. `/health` makes a token in newer versions, as `/health_generate` always did, and takes a second.
  health: { path: "/models", from: "base" },
  load: [
    // A row for each rank that serves a share of the requests.
    {
      path: "/v1/loads",
      from: "root",
      query: { include: "core" },
      form: "json",
      rows: "loads",
      slots: "max_running_requests",
      running: "num_running_reqs",
      waiting: "num_waiting_reqs",
    },
    // Older versions, with `--enable-metrics`. Priorities stand beside the total that they add up to.
    {
      path: "/metrics",
      from: "root",
      form: "prometheus",
      running: "sglang:num_running_reqs",
      waiting: "sglang:num_queue_reqs",
      partLabel: "priority",
    },
  ],
};

/**
 * Every chunk has the role, and what is wrong with a request comes as an event in a 200: mended. It lists
 * the one model that it serves, which also goes by `tgi`; embeddings are another server's work.
 */
export const tgi: Profile = {
  ...localServer,
  id: "tgi",
  label: "Text Generation Inference",
  aliases: ["text-generation-inference"],
  defaultBaseUrl: "http://127.0.0.1:3000",
  auth: { scheme: "bearer", keyVariables: ["TGI_API_KEY"] },
  operations: ["chat-completions", "completions"],
  models: {
    ...PLAIN_LISTING,
    defaultState: "ready",
    // Prompt and answer together, as it says itself when they are too long.
    details: [{ path: "/info", from: "root", covers: "only", contextLength: ["max_total_tokens"] }],
  },
  health: { path: "/health", from: "root", fallbackPath: "/models" },
  load: [
    {
      path: "/metrics",
      from: "root",
      form: "prometheus",
      running: "tgi_batch_current_size",
      waiting: "tgi_queue_size",
    },
  ],
};

/**
 * Older builds sent errors as plain text in the stream: mended. It takes the token limit by both names,
 * and its list begins with `default`, which stands for one of the others.
 */
export const mistralRs: Profile = {
  ...localServer,
  id: "mistral.rs",
  label: "mistral.rs",
  aliases: ["mistralrs", "mistral-rs"],
  defaultBaseUrl: "http://127.0.0.1:1234",
  auth: { scheme: "bearer", keyVariables: [] },
  chat: takes({ developerRole: "system", instructions: "first", understands: ["top_k"] }),
  models: {
    ...PLAIN_LISTING,
    state: { field: "status", words: { loaded: "ready", reloading: "loading", unloaded: "unloaded" } },
    defaultState: "ready",
  },
  health: { path: "/health", from: "root", fallbackPath: "/models" },
};

/**
 * A second client may end the first one's stream with `[DONE]` and no finish: mended. Its list says ids and no
 * more, and a dropped request that does not stream runs on under a lock that all others wait for.
 */
export const llamaCppPython: Profile = {
  ...localServer,
  id: "llama-cpp-python",
  label: "llama-cpp-python",
  aliases: ["llama_cpp_python"],
  defaultBaseUrl: "http://127.0.0.1:8000",
  auth: { scheme: "bearer", keyVariables: [] },
  models: { ...PLAIN_LISTING, defaultState: "ready" },
};
