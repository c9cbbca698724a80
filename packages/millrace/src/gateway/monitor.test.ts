import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import type { Health } from "../model/model-info.ts";
import type { GatewayProvider, ServerLoad } from "../providers/provider.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { Monitor, type WatchedFleet } from "./monitor.ts";
import { ScriptedProvider, whenAborted } from "./testing/scripted-provider.ts";

const PROBE_MS = 5_000;
const UP: Health = { healthy: true, state: "up", latencyMs: 1 };
const LOADING: Health = {
  healthy: false,
  state: "loading",
  latencyMs: 1,
  failure: failureOf("loading", "It loads its model."),
};
const DOWN: Health = { healthy: false, state: "down", latencyMs: 1, failure: failureOf("connection", "refused") };

/** A fleet that keeps what it is told. */
class HeardFleet implements WatchedFleet {
  readonly states: string[] = [];
  readonly loads: (ServerLoad | undefined)[] = [];
  readonly busy = new Set<string>();
  readonly failing = new Set<string>();

  healthSeen({ name }: GatewayProvider, { state }: Health): void {
    this.states.push(`${name} ${state}`);
  }
  loadSeen(_provider: GatewayProvider, load: ServerLoad | undefined): void {
    this.loads.push(load);
  }
  inUse({ name }: GatewayProvider): boolean {
    return this.busy.has(name);
  }
  isFailing({ name }: GatewayProvider): boolean {
    return this.failing.has(name);
  }
}

interface Script {
  readonly local?: boolean;
  readonly health?: ScriptedProvider["health"];
}

function provider(name: string, { local = true, health = UP }: Script = {}): ScriptedProvider {
  const made = new ScriptedProvider(name, { local });
  made.health = health;
  return made;
}

function setUp(...providers: ScriptedProvider[]) {
  const clock = new FakeClock();
  const fleet = new HeardFleet();
  const changed: string[] = [];
  const monitor = new Monitor({ clock, fleet, random: () => 0.5, changed: ({ name }) => void changed.push(name) });
  const watch = (now: readonly ScriptedProvider[], probeMs = PROBE_MS): void =>
    monitor.watch({ providers: new Map(now.map((each) => [each.name, each])), probeMs });
  watch(providers);
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(left, 500));
      await turn();
    }
  };
  return { clock, fleet, changed, monitor, watch, pass };
}

describe("how often", () => {
  const looksIn = async (ms: number, script: Script, prepare?: (fleet: HeardFleet) => void): Promise<number> => {
    const desk = provider("desk", script);
    const { fleet, pass } = setUp(desk);
    prepare?.(fleet);
    await pass(1_000);
    const first = desk.healthCalls;
    await pass(ms);
    return desk.healthCalls - first;
  };

  test("a local server is looked at soon after the start", async () => {
    const desk = provider("desk");
    await setUp(desk).pass(1_000);
    expect(desk.healthCalls).toBe(1);
  });

  test.each<[string, Script, ((fleet: HeardFleet) => void) | undefined, number]>([
    ["a local one that is idle and well: every 15 s", {}, undefined, 4],
    ["a local one in use: every 5 s", {}, (fleet) => fleet.busy.add("desk"), 12],
    ["a local one that is not well: every 5 s", { health: LOADING }, undefined, 12],
    ["another one that is well: never", { local: false }, (fleet) => fleet.busy.add("desk"), 0],
    [
      "another one that failures keep requests from: every 5 s",
      { local: false },
      (fleet) => fleet.failing.add("desk"),
      12,
    ],
  ])("%s", async (_, script, prepare, looks) => {
    expect(await looksIn(60_000, script, prepare)).toBe(looks);
  });

  test("one that needs no looks any more gets none", async () => {
    const cloud = provider("cloud", { local: false });
    const { fleet, pass } = setUp(cloud);
    fleet.failing.add("cloud");
    await pass(6_000);
    fleet.failing.clear();
    const before = cloud.healthCalls;
    await pass(30_000);
    expect([before > 0, cloud.healthCalls - before]).toEqual([true, 0]);
  });

  test("turns are not in step: each is drawn anew", async () => {
    const draws = [0, 0, 1];
    const clock = new FakeClock();
    const desk = provider("desk", { health: DOWN });
    const monitor = new Monitor({
      clock,
      fleet: new HeardFleet(),
      random: () => draws.shift() ?? 0.5,
      changed: () => undefined,
    });
    monitor.watch({ providers: new Map([["desk", desk]]), probeMs: PROBE_MS });
    const looksAfter = async (ms: number): Promise<number> => {
      clock.advance(ms);
      await turn();
      return desk.healthCalls;
    };
    expect(await looksAfter(0)).toBe(1);
    expect(await looksAfter(3_999)).toBe(1);
    expect(await looksAfter(1)).toBe(2);
    expect(await looksAfter(5_999)).toBe(2);
    expect(await looksAfter(1)).toBe(3);
  });

  test("no look is a request to a model, and an interval of 0 is no look", async () => {
    const desk = provider("desk");
    const { clock, watch, pass } = setUp(desk);
    await pass(20_000);
    expect(desk.forwarded).toEqual([]);
    watch([desk], 0);
    expect(clock.pending).toBe(0);
  });
});

describe("what is seen", () => {
  test("is told to the fleet, and the load of a local server that is up", async () => {
    const desk = provider("desk");
    desk.load = { slots: 4, running: 1 };
    const cloud = provider("cloud", { local: false });
    const { fleet, pass } = setUp(desk, cloud);
    fleet.failing.add("cloud");
    await pass(1_000);
    expect(fleet.states.toSorted()).toEqual(["cloud up", "desk up"]);
    expect(fleet.loads).toEqual([{ slots: 4, running: 1 }]);
    expect(cloud.loadCalls).toBe(0);
  });

  test("a server that is not up is not asked for its load: nobody knows it", async () => {
    const desk = provider("desk", { health: LOADING });
    const { fleet, pass } = setUp(desk);
    await pass(1_000);
    expect([desk.loadCalls, fleet.loads]).toEqual([0, [undefined]]);
  });

  test("A4 18: one that hangs is down after its own time, is asked one thing at a time, and delays nobody else", async () => {
    const stopped: string[] = [];
    const hung = provider("hung", {
      health: async ({ signal }) => {
        signal?.addEventListener("abort", () => void stopped.push("hung"));
        return whenAborted(signal);
      },
    });
    const desk = provider("desk");
    const { fleet, pass } = setUp(hung, desk);
    await pass(5_000);
    expect(fleet.states).toEqual(["desk up"]);
    await pass(1_000);
    expect(fleet.states).toEqual(["desk up", "hung down"]);
    expect([stopped, hung.healthCalls]).toEqual([["hung"], 1]);
    await pass(5_000);
    expect(hung.healthCalls).toBe(2);
  });

  test("one that hangs longer than its turn takes is asked one thing at a time", async () => {
    const hung = provider("hung", { health: ({ signal }) => whenAborted(signal) });
    const { watch, pass } = setUp();
    watch([hung], 500);
    await pass(5_000);
    expect(hung.healthCalls).toBe(1);
  });

  test("a provider that breaks in its own way is failing", async () => {
    const broken = provider("broken", { health: async () => Promise.reject(new TypeError("x is not a function")) });
    const { fleet, pass } = setUp(broken);
    await pass(1_000);
    expect(fleet.states).toEqual(["broken failing"]);
  });
});

describe("A4 28: a list of models is asked for again", () => {
  test.each([
    ["that was down", DOWN],
    ["that was loading", LOADING],
  ])("when a server %s is up, once", async (_, before) => {
    const desk = provider("desk", { health: before });
    const { changed, pass } = setUp(desk);
    await pass(6_000);
    expect(changed).toEqual([]);
    desk.health = UP;
    await pass(30_000);
    expect(changed).toEqual(["desk"]);
  });

  test("when a server that had been stopped runs, and when it is stopped", async () => {
    const desk = provider("desk", { health: { healthy: true, state: "stopped", latencyMs: 0 } });
    const { changed, pass } = setUp(desk);
    await pass(20_000);
    expect(changed).toEqual([]);
    desk.health = UP;
    await pass(20_000);
    desk.health = { healthy: true, state: "stopped", latencyMs: 0 };
    await pass(20_000);
    expect(changed).toEqual(["desk", "desk"]);
  });

  test("when requests go again to one that only they had found failing, once", async () => {
    const cloud = provider("cloud", { local: false });
    const { fleet, changed, pass } = setUp(cloud);
    fleet.failing.add("cloud");
    await pass(20_000);
    expect(changed).toEqual([]);
    fleet.failing.clear();
    await pass(20_000);
    expect(changed).toEqual(["cloud"]);
  });

  test("when a server has other models in its memory, in whatever order it tells them", async () => {
    const desk = provider("desk");
    desk.load = { loaded: ["a", "b"] };
    const { changed, pass } = setUp(desk);
    await pass(1_000);
    desk.load = { loaded: ["b", "a"] };
    await pass(15_000);
    expect(changed).toEqual([]);
    desk.load = { loaded: ["b"] };
    await pass(15_000);
    expect(changed).toEqual(["desk"]);
  });
});

describe("another plan", () => {
  test("keeps what is known of who stays, begins with who joins, and ends with who leaves", async () => {
    const stays = provider("stays", { health: DOWN });
    const leaves = provider("leaves", { health: ({ signal }) => whenAborted(signal) });
    const { fleet, changed, watch, pass } = setUp(stays, leaves);
    await pass(1_000);
    const joins = provider("joins");
    watch([stays, joins]);
    stays.health = UP;
    await pass(6_000);
    expect(changed).toEqual(["stays"]);
    expect(fleet.states).toEqual(["stays down", "joins up", "stays up"]);
    expect(leaves.healthCalls).toBe(1);
  });

  test("stopping ends every look, and none follows", async () => {
    const hung = provider("hung", { health: ({ signal }) => whenAborted(signal) });
    const { clock, fleet, monitor, pass } = setUp(hung);
    await pass(1_000);
    monitor.stop();
    await turn();
    expect([fleet.states, clock.pending]).toEqual([[], 0]);
  });
});
