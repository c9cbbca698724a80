import { describe, expect, test } from "vitest";
import type { FleetFigures } from "../../packages/millrace/src/conformance/fleet/figures.ts";
import { violations, worseThanHashing } from "../../packages/millrace/src/conformance/fleet/invariants.ts";
import { evenFleet, mixedFleet } from "../../packages/millrace/src/conformance/fleet/scenarios.ts";
import type { Strategy } from "../../packages/millrace/src/gateway/plan.ts";
import { type FleetScenario, simulate } from "../../packages/millrace/src/conformance/fleet/simulate.ts";
import { BOUNDS } from "./bounds.ts";
import { gatewaySubject } from "./gateway-subject.ts";
import { RETURNING_SERVER } from "./returning-server.ts";
import { adaptiveWithAffinity, plainHashing, SUBJECTS } from "./strategies.ts";

/** `npm run simulate` does the same with a million. */
const REQUESTS = 20_000;

describe.each([
  { fleet: "servers of three sizes", scenario: mixedFleet(REQUESTS) },
  { fleet: "servers of one size", scenario: evenFleet(REQUESTS) },
])("$fleet", ({ scenario }) => {
  test("keeps conversations together better than plain hashing, with less waiting, and breaks no bound", async () => {
    const figures = await simulate(adaptiveWithAffinity.open, scenario);
    expect(violations(figures, BOUNDS)).toEqual([]);
    expect(worseThanHashing(figures, await simulate(plainHashing.open, scenario))).toEqual([]);
  });
});

test.each(SUBJECTS.filter((subject) => subject !== plainHashing))("$title breaks no bound", async ({ open }) => {
  const figures = await simulate(open, mixedFleet(5000, 2));
  // Of so few returns the worst is a matter of chance; the test below has a hundred calls a second.
  expect(violations(figures, { ...BOUNDS, herdShare: 1 })).toEqual([]);
});

test("the same scenario gives the same figures again", async () => {
  const twice = [0, 1].map(() => simulate(adaptiveWithAffinity.open, mixedFleet(3000)));
  const [first, second] = await Promise.all(twice);
  expect(first).toEqual(second);
});

test.each<{ strategy: Strategy; affinity: boolean }>([
  { strategy: "adaptive", affinity: true },
  { strategy: "adaptive", affinity: false },
  { strategy: "least-busy", affinity: false },
  { strategy: "lowest-latency", affinity: false },
  { strategy: "round-robin", affinity: false },
])("$strategy (affinity: $affinity) does not run over a server that comes back", async (options) => {
  const { herd } = await simulate(gatewaySubject(options), RETURNING_SERVER);
  // A sixth of all would be fair, and one that is empty may well take more.
  expect([herd.recoveries, herd.worstShare < 0.4, herd.worstShare > 0]).toEqual([1, true, true]);
});

describe("three times as much as the fleet can do", () => {
  const server = { slots: 4, prefillPerS: 2000, decodePerS: 50, cacheTokens: 100_000 };
  const overload: FleetScenario = {
    servers: ["one", "two", "three"].map((name) => ({ name, ...server })),
    load: {
      seed: 3,
      requests: 4000,
      callers: [
        { key: "greedy", agents: 40 },
        { key: "batch", agents: 4, priority: -1 },
        { key: "person", share: 1 },
        { key: "other person", share: 1 },
      ],
      models: ["chat"],
      conversationsPerS: 0.1,
      turns: 6,
      thinkMs: 20_000,
      firstTokens: 500,
      turnTokens: 100,
      outputTokens: 100,
      contextTokens: 8000,
    },
  };
  const longest = ({ keys }: FleetFigures, name: string): number =>
    keys.find(({ key }) => key === name)?.maxWaitMs ?? Infinity;

  test.each([adaptiveWithAffinity, ...SUBJECTS.slice(1, 4)])("$title: nobody starves", async ({ open }) => {
    const figures = await simulate(open, overload);
    expect(violations(figures, BOUNDS)).toEqual([]);
    // A turn of each key comes with every few places that come free, whoever has more in line.
    expect(longest(figures, "person")).toBeLessThan(20_000);
    expect(longest(figures, "other person")).toBeLessThan(20_000);
    // Who is of a lower priority waits, and is served in the end.
    expect(longest(figures, "batch")).toBeGreaterThan(25_000);
    expect(longest(figures, "batch")).toBeLessThan(60_000);
    expect(figures.failed).toBe(0);
  });
});
