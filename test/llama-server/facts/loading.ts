import type { FactSheet } from "../fact.ts";
import { QUESTION } from "./spoken.ts";

const LOADING = { code: "loading", upstream: { status: 503, type: "unavailable_error" } };

/** Forty milliseconds in the life of a small model's server, too short to be asked for live. */
export const LOADING_WINDOW: FactSheet = {
  file: "10-loading.txt",
  facts: [
    {
      title: "loading, GET /health",
      list: "loading, GET /v1/models",
      expected: {},
      library: { health: { healthy: false, state: "loading", failure: { kind: "loading", retry: "same" } } },
      gateway: { status: 503, extra: { status: "no_provider_answers" } },
    },
    {
      title: "loading, GET /v1/models",
      expected: {},
      library: { error: { ...LOADING, message: "upstream: Loading model", kind: "loading", retry: "same" } },
      // A provider that cannot be listed hides none of the others.
      gateway: { status: 200, models: [] },
    },
    {
      // While it loads a server says these bytes on every path.
      title: "loading, GET /props",
      ask: { call: "stream", body: QUESTION },
      expected: { choices: [], error: LOADING },
      library: { error: { kind: "loading", retry: "same", partial: false } },
      gateway: { status: 503 },
    },
    {
      title: "ready, GET /health",
      expected: {},
      library: { health: { healthy: true, state: "up" } },
      notThroughGateway: "its readiness comes of the list of models, which was not recorded here",
    },
  ],
};
