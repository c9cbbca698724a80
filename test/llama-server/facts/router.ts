import { events, type FactSheet, streamed } from "../fact.ts";
import { ADA, ADA_PIECES, counted } from "./spoken.ts";

const NOT_FOUND = {
  choices: [],
  error: { code: "model_not_found", upstream: { status: 400, type: "invalid_request_error" } },
};
const SAYS_ADA = { choices: [{ text: ADA, finish: "stop" }] };

export const ROUTER: FactSheet = {
  file: "13-router.txt",
  server: "router",
  facts: [
    {
      title: "models before anything is loaded",
      expected: { models: [{ id: "tiny-a", contextLength: 2048 }, { id: "tiny-b" }] },
      recorded: {
        models: [
          { id: "tiny-a", contextLength: 2048, state: "unloaded" },
          { id: "tiny-b", contextLength: 2048, state: "unloaded" },
        ],
      },
    },
    {
      title: "unknown model",
      expected: { ...NOT_FOUND, error: { ...NOT_FOUND.error, message: "upstream: model 'nope' not found" } },
      library: { error: { kind: "model_not_found", retry: "elsewhere" } },
      // The server says 400; what it means is 404.
      gateway: { status: 404 },
    },
    {
      title: "no model",
      expected: { choices: [], error: { code: "bad_request", message: /model name is missing from the request$/ } },
      library: { error: { kind: "bad_request", retry: "never" } },
      gateway: { status: 400 },
      notLive: "millrace names a model in every request",
    },
    {
      title: "first request loads the model (time to first byte = load time)",
      expected: { ...SAYS_ADA, model: "tiny-a" },
      library: { ...counted(20, 8), ...events(...streamed("text-delta", ADA_PIECES)) },
      gateway: { status: 200, done: true },
    },
    {
      title: "second model evicts the first (--models-max 1)",
      expected: { ...SAYS_ADA, model: "tiny-b", ...counted(20, 8) },
    },
    {
      title: "models afterwards",
      expected: {
        models: [
          { id: "tiny-a", state: "unloaded" },
          { id: "tiny-b", state: "ready" },
        ],
      },
      // A loaded model's context is its own word, not the argument it was started with.
      recorded: { models: [{ contextLength: 2048 }, { contextLength: 1024 }] },
    },
    {
      title: "no autoload",
      expected: { ...NOT_FOUND, error: { ...NOT_FOUND.error, message: "upstream: model is not loaded" } },
      library: { error: { kind: "model_not_found", retry: "elsewhere" } },
      gateway: { status: 404 },
      notLive: "millrace leaves it to the router to load what is asked for",
    },
  ],
  notAsked: { "props of the router": "the list says how long each context is" },
};
