import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { errorOf } from "../http/testing/failing.ts";
import { modelBroken, packageMissing } from "./engine-failures.ts";
import { ModelKeeper } from "./model-keeper.ts";
import { ScriptedEngine } from "./testing/scripted-engine.ts";

const IDLE_MS = 1000;

class Machine {
  readonly clock = new FakeClock();
  readonly engines: ScriptedEngine[] = [];
  obstacle: Failure | undefined;
  readonly keeper: ModelKeeper;

  constructor(idleMs: number = IDLE_MS) {
    this.keeper = new ModelKeeper({
      clock: this.clock,
      file: "m.gguf",
      idleMs,
      obstacle: () => Promise.resolve(this.obstacle),
      start: () => {
        const engine = new ScriptedEngine();
        this.engines.push(engine);
        return engine;
      },
    });
  }

  get latest(): ScriptedEngine {
    const engine = this.engines.at(-1);
    if (engine === undefined) throw new Error("none was started");
    return engine;
  }

  /** Everything that does not wait for somebody has happened. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  async load(): Promise<void> {
    await errorOf(this.keeper.use());
    await this.settled();
    this.latest.loaded();
    await this.settled();
  }
}

describe("loading", () => {
  test("begins with the first use, which is told that it loads", async () => {
    const { engines, keeper } = new Machine();
    expect([keeper.state, engines.length]).toEqual(["unloaded", 0]);
    expect(await errorOf(keeper.use())).toMatchObject({ kind: "loading", status: 503, retryable: true });
    expect(keeper.state).toBe("loading");
    expect(await keeper.trouble()).toMatchObject({ kind: "loading" });
  });

  test("is done once for all who come meanwhile", async () => {
    const machine = new Machine();
    await Promise.all([errorOf(machine.keeper.use()), errorOf(machine.keeper.use()), errorOf(machine.keeper.use())]);
    await machine.settled();
    expect(machine.engines).toHaveLength(1);
  });

  test("gives the engine when it is done", async () => {
    const machine = new Machine();
    await machine.load();
    const use = await machine.keeper.use();
    expect(use).toMatchObject({ engine: machine.latest, model: { contextTokens: 4096 } });
    expect([machine.keeper.state, await machine.keeper.trouble()]).toEqual(["loaded", undefined]);
  });

  test("is not begun where it could not be done, and is when it can", async () => {
    const machine = new Machine();
    machine.obstacle = packageMissing();
    expect(await errorOf(machine.keeper.use())).toMatchObject({
      code: "engine_missing",
      failure: { retry: "elsewhere" },
    });
    expect(await machine.keeper.trouble()).toMatchObject({ code: "engine_missing" });
    expect(machine.engines).toHaveLength(0);
    machine.obstacle = undefined;
    await machine.load();
    expect(machine.keeper.state).toBe("loaded");
  });

  test("that failed is told, and tried again only after a while", async () => {
    const machine = new Machine();
    await errorOf(machine.keeper.use());
    await machine.settled();
    machine.latest.failed(providerError(modelBroken("m.gguf", new Error("It is broken."), ["bad magic"])));
    await machine.settled();
    expect(machine.keeper.state).toBe("failed");
    expect(machine.latest.closed).toBe(true);
    expect(await errorOf(machine.keeper.use())).toMatchObject({
      code: "model_load_failed",
      retryAfterMs: 1000,
      failure: { message: "The model m.gguf could not be loaded: It is broken.", details: { output: ["bad magic"] } },
    });
    expect(machine.engines).toHaveLength(1);
    machine.clock.advance(1000);
    await machine.load();
    expect([machine.engines.length, machine.keeper.state]).toEqual([2, "loaded"]);
  });
});

describe("an idle model", () => {
  test("is unloaded when nobody has used it for so long, and loaded anew by the next", async () => {
    const machine = new Machine();
    await machine.load();
    machine.clock.advance(IDLE_MS);
    expect([machine.keeper.state, machine.latest.closed]).toEqual(["unloaded", true]);
    await machine.load();
    expect([machine.keeper.state, machine.engines.length]).toEqual(["loaded", 2]);
  });

  test("is one from when its last use was over", async () => {
    const machine = new Machine();
    await machine.load();
    const use = await machine.keeper.use();
    machine.clock.advance(10 * IDLE_MS);
    expect(machine.keeper.state).toBe("loaded");
    use.release();
    machine.clock.advance(IDLE_MS - 1);
    expect(machine.keeper.state).toBe("loaded");
    machine.clock.advance(1);
    expect(machine.keeper.state).toBe("unloaded");
  });

  test("stays where it is to stay", async () => {
    const machine = new Machine(0);
    await machine.load();
    machine.clock.advance(1e9);
    expect([machine.keeper.state, machine.clock.pending]).toEqual(["loaded", 0]);
  });
});

describe("the end", () => {
  test("of an engine that dies is told, and the next use loads anew", async () => {
    const machine = new Machine();
    await machine.load();
    machine.latest.die(new Error("out of memory"));
    await machine.settled();
    expect(await errorOf(machine.keeper.use())).toMatchObject({
      message: "The embedded engine has ended: out of memory.",
      retryAfterMs: 1000,
    });
    machine.clock.advance(1000);
    await machine.load();
    expect(machine.keeper.state).toBe("loaded");
  });

  test("of the keeper gives the memory back, also while it loads", async () => {
    const machine = new Machine();
    await errorOf(machine.keeper.use());
    await machine.settled();
    await machine.keeper.close();
    expect([machine.latest.closed, machine.clock.pending]).toEqual([true, 0]);
    expect((await errorOf(machine.keeper.use())).kind).toBe("cancelled");
  });
});
