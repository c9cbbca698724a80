import { exponential, seeded, seedFor } from "./chance.ts";
import type { Caller } from "./conversations.ts";
import type { ServerSpec, Trouble } from "./server-spec.ts";
import type { FleetScenario } from "./simulate.ts";

const MINUTE_MS = 60_000;

type Size = Pick<ServerSpec, "slots" | "prefillPerS" | "decodePerS" | "cacheTokens">;

const LARGE: Size = { slots: 16, prefillPerS: 4000, decodePerS: 50, cacheTokens: 900_000 };
const MEDIUM: Size = { slots: 8, prefillPerS: 2500, decodePerS: 50, cacheTokens: 450_000 };
const SMALL: Size = { slots: 4, prefillPerS: 1500, decodePerS: 40, cacheTokens: 200_000 };

const MIXED: readonly Size[] = [LARGE, LARGE, MEDIUM, MEDIUM, MEDIUM, MEDIUM, SMALL, SMALL];

/**
 * Eight servers of three sizes, with troubles now and then, thousands of conversations that grow, forty people who
 * think before they ask, and one program that does not.
 */
export function mixedFleet(requests: number, seed = 1): FleetScenario {
  return fleetOf(MIXED, requests, seed);
}

/** The same load for eight servers of one size. */
export function evenFleet(requests: number, seed = 1): FleetScenario {
  return fleetOf(
    Array.from({ length: 8 }, () => ({ ...MEDIUM, slots: 9 })),
    requests,
    seed,
  );
}

function fleetOf(sizes: readonly Size[], requests: number, seed: number): FleetScenario {
  const people: Caller[] = Array.from({ length: 40 }, (_, n) => ({ key: `person-${n}`, share: 1 }));
  const agents: Caller = { key: "agents", agents: 12 };
  return {
    servers: sizes.map((size, n) => ({
      name: `server-${n}`,
      ...size,
      troubles: troublesOf(seeded(seedFor(seed, 1_000_000 + n)), requests / 10),
    })),
    load: {
      seed,
      requests,
      callers: [...people, agents],
      models: ["chat"],
      conversationsPerS: 1.1,
      burst: { everyMs: 10 * MINUTE_MS, lastsMs: MINUTE_MS, factor: 2 },
      turns: 8,
      thinkMs: 60_000,
      firstTokens: 1500,
      turnTokens: 250,
      outputTokens: 150,
      contextTokens: 16_000,
      leaving: { share: 0.02, afterMs: 4000 },
      unnamedShare: 0.05,
    },
  };
}

/** One trouble every quarter of an hour or so, for `seconds`. */
function troublesOf(random: () => number, seconds: number): Trouble[] {
  const troubles: Trouble[] = [];
  let fromMs = 0;
  for (;;) {
    fromMs += MINUTE_MS + exponential(random, 14 * MINUTE_MS);
    if (fromMs > seconds * 1000) return troubles;
    const untilMs = fromMs + 5000 + exponential(random, 20_000);
    const kind = random();
    if (kind < 0.4) troubles.push({ kind: "down", fromMs, untilMs });
    else if (kind < 0.7) troubles.push({ kind: "errors", share: 0.5, fromMs, untilMs });
    else troubles.push({ kind: "slow", factor: 4, fromMs, untilMs });
    fromMs = untilMs;
  }
}
