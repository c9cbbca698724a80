import type { FleetScenario } from "../../packages/millrace/src/conformance/fleet/simulate.ts";

/**
 * A hundred calls a second to six servers, one of which is gone for a while. Nobody knows how many they serve at once:
 * nothing but routing itself keeps everybody from running to the one that is back.
 */
export const RETURNING_SERVER: FleetScenario = {
  servers: Array.from({ length: 6 }, (_, n) => ({
    name: `server-${n}`,
    slots: 64,
    slotsKnown: false,
    prefillPerS: 5000,
    decodePerS: 100,
    cacheTokens: 400_000,
    ...(n === 0 && { troubles: [{ kind: "down", fromMs: 20_000, untilMs: 40_000 }] }),
  })),
  load: {
    seed: 5,
    requests: 8000,
    callers: [{ key: "agents", agents: 150 }],
    models: ["chat"],
    conversationsPerS: 1,
    turns: 6,
    thinkMs: 1000,
    firstTokens: 800,
    turnTokens: 100,
    outputTokens: 120,
    contextTokens: 8000,
  },
};
