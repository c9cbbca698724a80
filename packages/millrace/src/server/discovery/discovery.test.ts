import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { CancelSignal } from "../../model/cancellation.ts";
import type { Place, Sighting } from "../../providers/discovery/local-look.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import { type Settings, ZERO_CONFIGURATION } from "../config/settings.ts";
import { Discovery, type ToServe } from "./discovery.ts";
import type { Looker } from "./looker.ts";

const HERE = "127.0.0.1:8000";
const THERE = "127.0.0.1:30000";
const INTERVAL_MS = 10_000;
const SETTINGS: Settings = { ...ZERO_CONFIGURATION, simulator: false, discoveryMs: INTERVAL_MS };

/** A machine on which servers come and go. */
class ScriptedMachine implements Looker {
  /** What listens where; a `web` server is no model server. */
  readonly servers = new Map<string, string>();
  readonly looks: (readonly Place[])[] = [];
  closed = false;
  /** Lets a look that is held go on; set while nobody answers. */
  answer: (() => void) | undefined;
  silent = false;

  async look(places: readonly Place[], { signal }: { readonly signal: CancelSignal }): Promise<readonly Sighting[]> {
    this.looks.push(places);
    if (this.silent) {
      await new Promise<void>((resolve) => {
        this.answer = resolve;
        signal.addEventListener("abort", resolve);
      });
    }
    return places.map(({ address }) => this.#sighting(address));
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #sighting(address: string): Sighting {
    const profile = this.servers.get(address);
    if (profile === undefined) return { address, met: "absent", answered: false };
    if (profile === "web") return { address, met: "stranger", answered: true };
    return { address, met: "server", profile, answered: true };
  }
}

interface Line {
  readonly event: string;
  readonly fields: object;
}

async function setUp(settings: Settings = SETTINGS) {
  const clock = new FakeClock();
  const machine = new ScriptedMachine();
  const lines: Line[] = [];
  const line = (event: string, fields: object): void => void lines.push({ event, fields });
  const used: ToServe[] = [];
  const discovery = await Discovery.begin(settings, {
    environment: {},
    clock,
    random: () => 0.5,
    log: { info: line, warn: line, error: line },
    addresses: [HERE, THERE],
    looker: machine,
  });
  discovery.watch((next) => void used.push(next));
  const pass = async (intervals = 1): Promise<void> => {
    for (let passed = 0; passed < intervals; passed += 1) {
      clock.advance(INTERVAL_MS);
      await turn();
    }
  };
  return { clock, machine, lines, used, discovery, pass };
}

const names = ({ found }: Pick<ToServe, "found">): string[] => found.configs.map(({ name }) => name);

describe("while it runs", () => {
  test("a server that is started joins, and the log says so", async () => {
    const { machine, pass, used, lines, discovery } = await setUp();
    await pass();
    expect(used).toEqual([]);
    machine.servers.set(HERE, "vllm");
    await pass();
    expect(used.map(names)).toEqual([["vllm"]]);
    expect(names(discovery)).toEqual(["vllm"]);
    expect(lines).toEqual([
      { event: "discovered", fields: { provider: "vllm", profile: "vllm", url: `http://${HERE}` } },
    ]);
  });

  test("one that stops leaves at the second look without it, and has its name when it is back", async () => {
    const { machine, pass, used, lines } = await setUp();
    machine.servers.set(HERE, "vllm").set(THERE, "vllm");
    await pass();
    machine.servers.delete(HERE);
    await pass();
    expect(used.map(names)).toEqual([["vllm", "vllm-2"]]);
    await pass();
    expect(used.map(names)).toEqual([["vllm", "vllm-2"], ["vllm-2"]]);
    expect(lines.at(-1)).toMatchObject({ event: "lost", fields: { provider: "vllm" } });
    machine.servers.set(HERE, "vllm");
    await pass();
    expect(names(used.at(-1) ?? { found: NOTHING })).toEqual(["vllm", "vllm-2"]);
  });

  test("nothing is put in force while nothing changes", async () => {
    const { machine, pass, used } = await setUp();
    machine.servers.set(HERE, "vllm");
    await pass(20);
    expect(used).toHaveLength(1);
    expect(machine.looks).toHaveLength(21);
  });

  test("who is known is asked one thing, a stranger nothing; every now and then everybody everything", async () => {
    const { machine, pass } = await setUp();
    machine.servers.set(HERE, "vllm").set(THERE, "web");
    await pass(6);
    const known = { address: HERE, expected: "vllm" };
    expect(machine.looks.slice(2, 6)).toEqual([[known], [known], [known], [known]]);
    expect(machine.looks[6]).toEqual([{ address: HERE }, { address: THERE }]);
  });

  test("what goes wrong is told once and tried again", async () => {
    const { machine, pass, lines, discovery } = await setUp();
    let tries = 0;
    discovery.watch(() => {
      tries += 1;
      if (tries < 3) throw new Error("no certificate");
    });
    machine.servers.set(HERE, "vllm");
    await pass(2);
    expect(names(discovery)).toEqual([]);
    await pass(2);
    expect(tries).toBe(3);
    expect(names(discovery)).toEqual(["vllm"]);
    expect(lines.map(({ event }) => event)).toEqual(["discovery_failed", "discovered"]);
    expect(lines[0]?.fields).toEqual({ message: "no certificate" });
  });
});

const NOTHING = { configs: [], unusable: [], unknownAddresses: [] };
const configured = (name: string, more: Partial<ProviderConfig> = {}): ProviderConfig => ({
  name,
  profile: "openai-compatible",
  baseUrl: "http://10.0.0.1/v1",
  source: { kind: "file" },
  ...more,
});

describe("the file goes first", () => {
  test("a name that is configured is not taken by a server that is found", async () => {
    const { machine, pass, used } = await setUp({ ...SETTINGS, providers: [configured("vllm")] });
    machine.servers.set(HERE, "vllm").set(THERE, "sglang");
    await pass();
    expect(used.map(names)).toEqual([["vllm", "sglang"]]);
    expect(used[0]?.found.configs[0]?.source).toEqual({ kind: "file" });
  });

  test.each<[string, Partial<ProviderConfig>]>([
    ["by its base URL", { baseUrl: `http://${HERE}/v1` }],
    ["by another name of this machine", { baseUrl: "http://localhost:8000" }],
    ["by what is usual for its profile", { profile: "vllm" }],
  ])("a server that is configured is not found a second time: %s", async (_, more) => {
    const { baseUrl: _usual, ...rest } = configured("desk");
    const { machine, pass, used } = await setUp({ ...SETTINGS, providers: [{ ...rest, ...more }] });
    machine.servers.set(HERE, "vllm").set(THERE, "sglang");
    await pass();
    expect(used.map(names)).toEqual([["desk", "sglang"]]);
    expect(machine.looks.flat().map(({ address }) => address)).not.toContain(HERE);
  });
});

describe("a reload", () => {
  test("finds whoever is there, and drops nobody for one look without it", async () => {
    const { machine, pass, used, discovery } = await setUp();
    machine.servers.set(HERE, "vllm");
    await pass();
    machine.servers.delete(HERE);
    machine.servers.set(THERE, "sglang");
    const settings = { ...SETTINGS, providers: [configured("desk")] };
    await discovery.reload(settings);
    await discovery.reload({ ...settings });
    expect(used.slice(1).map(names)).toEqual([
      ["desk", "vllm", "sglang"],
      ["desk", "vllm", "sglang"],
    ]);
  });

  test("waits until a look is over, and is not undone by it", async () => {
    const { machine, pass, used, discovery } = await setUp();
    machine.silent = true;
    machine.servers.set(HERE, "vllm");
    await pass();
    const reloaded = discovery.reload({ ...SETTINGS, providers: [configured("desk")] });
    await turn();
    expect(machine.looks).toHaveLength(2);
    machine.silent = false;
    machine.answer?.();
    await reloaded;
    expect(used.map(names)).toEqual([["vllm"], ["desk", "vllm"]]);
    await pass();
    expect(used).toHaveLength(2);
  });

  test("that fails changes nothing, and who comes later is put in force with the old settings", async () => {
    const { machine, pass, used, discovery } = await setUp();
    discovery.watch((next) => {
      if (next.settings.providers.length > 0) throw new Error("no such certificate");
      used.push(next);
    });
    await expect(discovery.reload({ ...SETTINGS, providers: [configured("desk")] })).rejects.toThrow(/certificate/);
    discovery.reportProblem("line 1 is wrong");
    machine.servers.set(HERE, "vllm");
    await pass();
    expect(used).toMatchObject([{ settings: SETTINGS, problem: "line 1 is wrong" }]);
    await discovery.reload({ ...SETTINGS });
    expect(used[1]).not.toHaveProperty("problem");
  });

  test("can end the looking and begin it again", async () => {
    const { clock, machine, pass, used, discovery } = await setUp();
    machine.servers.set(HERE, "vllm");
    await pass();
    await discovery.reload({ ...SETTINGS, discovery: false });
    expect(names(discovery)).toEqual([]);
    expect(clock.pending).toBe(0);
    machine.servers.set(THERE, "sglang");
    await discovery.reload({ ...SETTINGS, discoveryMs: 0 });
    expect(names(discovery)).toEqual(["vllm", "sglang"]);
    expect(clock.pending).toBe(0);
    await discovery.reload(SETTINGS);
    machine.servers.delete(THERE);
    await pass(2);
    expect(names(discovery)).toEqual(["vllm"]);
    expect(used).toHaveLength(5);
  });
});

test("looks come at times that differ a little", async () => {
  const clock = new FakeClock();
  const machine = new ScriptedMachine();
  const draws = [0, 1];
  const discovery = await Discovery.begin(SETTINGS, {
    environment: {},
    clock,
    random: () => draws.shift() ?? 0,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    looker: machine,
  });
  discovery.watch(() => undefined);
  const looksAfter = async (ms: number): Promise<number> => {
    clock.advance(ms);
    await turn();
    return machine.looks.length - 1;
  };
  expect(await looksAfter(7_999)).toBe(0);
  expect(await looksAfter(1)).toBe(1);
  expect(await looksAfter(11_999)).toBe(1);
  expect(await looksAfter(1)).toBe(2);
});

test("stopping ends a look that is under way, and none follows", async () => {
  const { clock, machine, pass, used, discovery } = await setUp();
  machine.silent = true;
  machine.servers.set(HERE, "vllm");
  await pass();
  await discovery.stop();
  expect(machine.closed).toBe(true);
  expect(used).toEqual([]);
  expect(clock.pending).toBe(0);
});

test("stopping between two looks ends them too", async () => {
  const { clock, machine, discovery } = await setUp();
  await discovery.stop();
  expect([machine.looks.length, clock.pending]).toEqual([1, 0]);
});
