import { localServer, PLAIN_LISTING, takes } from "./base.ts";
import type { Profile } from "./profile.ts";

/** A model in a file, served by this process: it speaks the reference dialect and is loaded when it is first asked. */
export const embedded: Profile = {
  ...localServer,
  id: "embedded",
  label: "Embedded engine",
  aliases: [],
  // Never connected to: `.invalid` resolves nowhere.
  transport: "embedded",
  defaultBaseUrl: "http://embedded.invalid",
  operations: ["chat-completions", "embeddings"],
  chat: takes({
    developerRole: "system",
    instructions: "first",
    understands: ["top_k"],
    refusedParameters: [
      "n",
      "logprobs",
      "top_logprobs",
      "logit_bias",
      "modalities",
      "audio",
      "prediction",
      "web_search_options",
      "verbosity",
    ],
  }),
  streams: "pass",
  models: {
    ...PLAIN_LISTING,
    contextLength: ["context_length"],
    state: {
      field: "state",
      words: { loaded: "ready", loading: "loading", unloaded: "unloaded", failed: "failed" },
    },
  },
  // Only there it says that it is loading.
  health: { path: "/health", from: "base" },
  load: [
    {
      path: "/load",
      from: "base",
      form: "json",
      rows: "data",
      slots: "slots",
      running: "running",
      waiting: "waiting",
      loaded: { field: "state", word: "loaded" },
    },
  ],
};
