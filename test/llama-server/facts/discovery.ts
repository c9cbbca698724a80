import type { FactSheet } from "../fact.ts";

const NO_CLIENT_ROUTE = "a route of the server's own, which no call of ours needs";

export const DISCOVERY: FactSheet = {
  file: "01-models-props-health.txt",
  server: "chat",
  facts: [
    {
      title: "health",
      list: "models",
      expected: {},
      library: { health: { healthy: true, state: "up", failure: undefined } },
      gateway: { status: 200, extra: { status: "ready" } },
    },
    {
      title: "models",
      expected: { models: [{ id: "tiny", contextLength: 2048, state: "ready" }] },
      library: {
        models: [
          {
            id: "tiny",
            name: "tiny",
            provider: "upstream",
            ownedBy: "llamacpp",
            aliases: ["tiny"],
            contextLength: 2048,
            parameters: 519_936,
            state: "ready",
          },
        ],
      },
      gateway: { status: 200 },
    },
  ],
  notAsked: {
    "one model (not a route)": "a model is found in the list",
    props: "asked only where the list does not say how long the context is",
    slots: NO_CLIENT_ROUTE,
    "count input tokens": NO_CLIENT_ROUTE,
    tokenize: NO_CLIENT_ROUTE,
  },
};
