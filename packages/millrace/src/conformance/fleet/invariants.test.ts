import { describe, expect, test } from "vitest";
import type { LoadSpec } from "./conversations.ts";
import type { FleetFigures } from "./figures.ts";
import type { OpenFleetSubject } from "./fleet-subject.ts";
import { openHashing } from "./hashing.ts";
import { type FleetBounds, violations, worseThanHashing } from "./invariants.ts";
import { evenFleet } from "./scenarios.ts";
import type { ServerSpec } from "./server-spec.ts";
import { type FleetScenario, simulate } from "./simulate.ts";
import { simpleSubject } from "./testing/simple-subject.ts";

const BOUNDS: FleetBounds = { maxWaitMs: 30_000, herdShare: 0.7, affinityBytes: 1000 };

const SERVER: Omit<ServerSpec, "name"> = { slots: 4, prefillPerS: 2000, decodePerS: 50, cacheTokens: 100_000 };
const LOAD: LoadSpec = {
  seed: 7,
  requests: 1500,
  callers: [{ key: "person", share: 1 }],
  models: ["chat"],
  conversationsPerS: 0.2,
  turns: 5,
  thinkMs: 20_000,
  firstTokens: 500,
  turnTokens: 100,
  outputTokens: 100,
  contextTokens: 8000,
};

function scenario(more: Partial<LoadSpec> = {}, first: Partial<ServerSpec> = {}): FleetScenario {
  return {
    servers: [
      { name: "one", ...SERVER, ...first },
      { name: "two", ...SERVER },
      { name: "three", ...SERVER },
    ],
    load: { ...LOAD, ...more },
  };
}

/** The server with the fewest calls, among those that were not tried. */
const leastBusy = simpleSubject((_ports, inFlight) => ({
  choose: (_request, tried) =>
    [...inFlight].filter(([name]) => !tried.includes(name)).sort((a, b) => a[1] - b[1])[0]?.[0],
}));

async function check(open: OpenFleetSubject, how: FleetScenario = scenario()): Promise<string> {
  return violations(await simulate(open, how), BOUNDS).join(" ");
}

test("a subject that goes to whoever is least busy violates nothing where nothing goes wrong", async () => {
  expect(await check(leastBusy)).toBe("");
});

test("the same scenario gives the same figures again", async () => {
  expect(await simulate(openHashing, evenFleet(2000))).toEqual(await simulate(openHashing, evenFleet(2000)));
});

test("another seed gives others", async () => {
  expect(await simulate(openHashing, evenFleet(2000, 2))).not.toEqual(await simulate(openHashing, evenFleet(2000)));
});

describe("a violation is seen", () => {
  test("calls over a server's slots while another has room", async () => {
    const always = simpleSubject(() => ({ choose: () => "one" }));
    expect(await check(always, scenario({ conversationsPerS: 2 }))).toContain("while another had one");
  });

  test("a request that never ends", async () => {
    const stuck: OpenFleetSubject = (ports) => {
      const subject = leastBusy(ports);
      return {
        ...subject,
        arrive: (request) =>
          request.id === 5 ? { next: () => new Promise(() => undefined) } : subject.arrive(request),
      };
    };
    expect(await check(stuck)).toBe("1 of 1500 requests never ended.");
  });

  test("a key that starves", async () => {
    const callers = [
      { key: "greedy", agents: 200 },
      { key: "person", share: 1 },
    ];
    expect(await check(leastBusy, scenario({ callers }))).toContain("A request of person waited");
  });

  test("calls that are still counted when all are over", async () => {
    const leaking: OpenFleetSubject = (ports) => {
      const subject = leastBusy(ports);
      const arrive: typeof subject.arrive = (request) => {
        const walk = subject.arrive(request);
        return {
          next: async () => {
            const step = await walk.next();
            return "server" in step ? { ...step, failed: () => undefined } : step;
          },
        };
      };
      return { ...subject, arrive };
    };
    const failing = scenario({}, { troubles: [{ kind: "errors", share: 0.1, fromMs: 0, untilMs: 1e9 }] });
    expect(await check(leaking, failing)).toMatch(/^\d+ calls count as in flight/);
    expect(await check(leastBusy, failing)).toBe("");
  });

  test("requests that are still counted as waiting when all are over", async () => {
    const waiting: OpenFleetSubject = (ports) => {
      const subject = leastBusy(ports);
      return { ...subject, holdings: () => ({ ...subject.holdings(), waiting: 3 }) };
    };
    expect(await check(waiting)).toBe("3 requests count as waiting when all are over.");
  });

  test("an index that grows without bound", async () => {
    const remembering = simpleSubject(({ servers }) => {
      const homes = new Map<string, string>();
      return {
        choose: ({ id, session = "" }) => {
          const home = homes.get(session) ?? servers[id % servers.length]?.name ?? "";
          homes.set(session, home);
          return home;
        },
        affinityBytes: () => 20 * homes.size,
      };
    });
    expect(await check(remembering)).toContain("The index of conversations grew to");
  });

  test("a herd on a server that comes back", async () => {
    // As long as a server that failed stays out, calls pile up elsewhere; then it is the emptiest by far.
    const stampede = simpleSubject(({ clock }, inFlight) => {
      const outUntilMs = new Map<string, number>();
      return {
        choose: (_request, tried) =>
          [...inFlight]
            .filter(([name]) => !tried.includes(name) && (outUntilMs.get(name) ?? 0) <= clock.now())
            .sort((a, b) => a[1] - b[1])[0]?.[0],
        failed: (server) => outUntilMs.set(server, clock.now() + 10_000),
      };
    });
    const callers = [{ key: "agents", agents: 60 }];
    const down = { troubles: [{ kind: "down", fromMs: 10_000, untilMs: 20_000 }] } as const;
    expect(await check(stampede, scenario({ callers }, { ...down, slots: 30 }))).toContain(
      "of all calls within a second",
    );
  });

  test.each([
    { what: "a lower share from the cache", worse: { cachedShare: 0.4 }, says: "40.0 % of the prompts were cached" },
    { what: "a wait that is as long", worse: {}, says: "The slowest in a hundred waited" },
  ])("against plain hashing: $what", async ({ worse, says }) => {
    const hashing: FleetFigures = { ...(await simulate(openHashing, scenario())), cachedShare: 0.5 };
    expect(worseThanHashing({ ...hashing, ...worse }, hashing).join(" ")).toContain(says);
    expect(worseThanHashing({ ...hashing, waitP99Ms: hashing.waitP99Ms - 1 }, hashing)).toEqual([]);
  });
});

test("a subject that throws ends the simulation", async () => {
  const broken: OpenFleetSubject = (ports) => ({
    ...leastBusy(ports),
    arrive: () => ({ next: () => Promise.reject(new Error("defect")) }),
  });
  await expect(simulate(broken, scenario())).rejects.toThrow("defect");
});
