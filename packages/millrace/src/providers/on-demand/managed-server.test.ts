import { describe, expect, test } from "vitest";
import { Cancellation } from "../../model/cancellation.ts";
import type { OnDemandCommand } from "./command.ts";
import type { ManagedServer } from "./managed-server.ts";
import { Call, LOADING, Machine, turn, UP } from "./testing/machine.ts";

const MINUTE = 60_000;

function one(settings: Partial<OnDemandCommand> = {}, secrets: readonly string[] = []) {
  const machine = new Machine();
  const server = machine.server("desk", settings, secrets);
  return { machine, server, call: (signal?: Cancellation) => new Call(server.use(signal)) };
}

/** One that is ready, and has just been left by its first call. */
async function ready(settings: Partial<OnDemandCommand> = {}) {
  const all = one(settings);
  const first = all.call();
  await turn();
  first.over();
  return all;
}

describe("a server that does not run", () => {
  test("is started by the first call, which is served when it is up", async () => {
    const { machine, server, call } = one();
    machine.health.set("desk", LOADING);
    expect(server.state).toBe("stopped");
    const first = call();
    await machine.pass(5000);
    expect([first.outcome, server.state]).toEqual(["waiting", "starting"]);
    machine.health.set("desk", UP);
    await machine.pass(250);
    expect([first.outcome, server.state]).toEqual(["served", "ready"]);
  });

  test("A4 5: is started once, however many wait for it", async () => {
    const { machine, call } = one();
    machine.health.set("desk", LOADING);
    const calls = Array.from({ length: 20 }, () => call());
    await machine.pass(1000);
    calls.push(call());
    machine.health.set("desk", UP);
    await machine.pass(250);
    expect(calls.map(({ outcome }) => outcome)).toEqual(calls.map(() => "served"));
    expect(machine.starts("desk")).toBe(1);
  });

  test.each(["auth_required", "limited"] as const)("is up too when its health is %s", async (state) => {
    const { machine, call } = one();
    machine.health.set("desk", { ...LOADING, state });
    const first = call();
    await turn();
    expect(first.outcome).toBe("served");
  });

  test("keeps this program running only while somebody waits", async () => {
    const { machine, call } = one();
    const first = call();
    expect(machine.processes.awake).toBe(1);
    await turn();
    expect(first.outcome).toBe("served");
    expect(machine.processes.awake).toBe(0);
  });

  test("is not started for a caller that has left already", async () => {
    const { machine, call } = one();
    const left = new Cancellation();
    left.cancel();
    const first = call(left);
    await turn();
    expect(first.outcome).toBe("cancelled");
    expect(machine.processes.spawned).toEqual([]);
  });
});

describe("a start that fails", () => {
  test("A4 4: tells its callers the exit code and the last lines of its errors, and no secret", async () => {
    const { machine, server, call } = one({}, ["sk-secret"]);
    machine.health.set("desk", LOADING);
    const calls = [call(), call()];
    await turn();
    machine.process("desk").print("stdout", "hello\n");
    machine.process("desk").print("stderr", "key sk-secret\nno such file: x.gguf\n");
    machine.process("desk").exit({ code: 3 });
    await turn();
    expect(server.state).toBe("failed");
    for (const { error } of calls) {
      expect(error?.failure).toMatchObject({ kind: "server", code: "start_failed", retry: "elsewhere", status: 503 });
      expect(error?.message).toBe(
        "desk: The server did not start: it ended with exit code 3. Its last words: no such file: x.gguf",
      );
      expect(error?.failure.details).toEqual({ exit_code: 3, output: ["key [redacted]", "no such file: x.gguf"] });
    }
  });

  test("A4 3: names the limit that was over and its setting", async () => {
    const { machine, server, call } = one({ startMs: 30_000 });
    machine.health.set("desk", LOADING);
    const first = call();
    await machine.pass(29_999);
    expect(first.outcome).toBe("waiting");
    await machine.pass(1);
    expect(first.outcome).toBe("start_timeout");
    expect(first.error?.message).toContain("within 30 s, its `start_timeout`");
    expect(first.error?.message).toContain("It last said: Loading model");
    expect(first.error?.failure.details).toMatchObject({ setting: "start_timeout", limit_ms: 30_000 });
    expect(server.state).toBe("failed");
  });

  test("A4 4, 14: is asked to end, then killed, and only gone when its process is", async () => {
    const { machine, server, call } = one({ startMs: 1000, stopMs: 3000 });
    machine.health.set("desk", LOADING);
    machine.processes.stubborn = true;
    call();
    await machine.pass(1000);
    const process = machine.process("desk");
    expect([server.state, process.signals]).toEqual(["stopping", ["TERM"]]);
    await machine.pass(2999);
    expect(process.signals).toEqual(["TERM"]);
    machine.clock.advance(1);
    expect([server.state, process.signals]).toEqual(["stopping", ["TERM", "KILL"]]);
    await turn();
    expect(server.state).toBe("failed");
  });

  test("because this machine is at a limit tells that", async () => {
    const { machine, call } = one();
    machine.processes.broken = new Error("spawn EMFILE");
    const first = call();
    await turn();
    expect(first.error?.failure).toMatchObject({ code: "start_failed", fault: "gateway" });
    expect(first.error?.message).toContain("spawn EMFILE");
  });

  test("is not tried again at once, but after a second, doubled each time up to a minute", async () => {
    const { machine, call } = one();
    machine.health.set("desk", LOADING);
    for (const waitMs of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
      const starts = machine.starts("desk");
      call();
      await turn();
      expect(machine.starts("desk")).toBe(starts + 1);
      machine.process("desk").exit({ code: 1 });
      await machine.pass(waitMs - 1);
      const soon = call();
      await turn();
      expect(soon.error?.failure).toMatchObject({ code: "start_failed", retryAfterMs: 1 });
      expect(machine.starts("desk")).toBe(starts + 1);
      await machine.pass(1);
    }
  });

  test("after one that worked is the first of its kind", async () => {
    const { machine, server, call } = one({ idleMs: MINUTE });
    const failing = async (): Promise<Call> => {
      machine.health.set("desk", LOADING);
      call();
      await turn();
      machine.process("desk").exit({ code: 1 });
      machine.health.set("desk", UP);
      return call();
    };
    await failing();
    await machine.pass(1000);
    const worked = call();
    await turn();
    worked.over();
    await machine.pass(MINUTE);
    expect(server.state).toBe("stopped");
    const soon = await failing();
    await turn();
    expect(soon.error?.retryAfterMs).toBe(1000);
  });

  test("says when the next try is, and why the last one failed", async () => {
    const { machine, call } = one();
    machine.health.set("desk", LOADING);
    for (const _ of [1, 2]) {
      call();
      await turn();
      machine.process("desk").exit({ code: 1 });
      await machine.pass(1000);
    }
    const soon = call();
    await turn();
    expect(soon.error?.message).toBe(
      "desk: Starting the server failed 2 times; the next try is in 1 s. The server did not start: it ended with exit code 1.",
    );
  });
});

describe("a server without calls", () => {
  test("A4 2: is stopped when the last call has been over for its idle time", async () => {
    const { machine, server, call } = one({ idleMs: MINUTE });
    const first = call();
    const second = call();
    await machine.pass(5 * MINUTE);
    first.over();
    await machine.pass(5 * MINUTE);
    expect(server.state).toBe("ready");
    second.over();
    await machine.pass(MINUTE - 1);
    expect(server.state).toBe("ready");
    await machine.pass(1);
    expect([server.state, machine.process("desk").signals]).toEqual(["stopped", ["TERM"]]);
  });

  test("has its whole idle time again after each call", async () => {
    const { machine, server, call } = await ready({ idleMs: MINUTE });
    for (const _ of [1, 2, 3]) {
      await machine.pass(MINUTE - 1);
      const next = call();
      await turn();
      next.over();
    }
    await machine.pass(MINUTE - 1);
    expect(server.state).toBe("ready");
    await machine.pass(1);
    expect(server.state).toBe("stopped");
  });

  test("is kept where the idle time is 0", async () => {
    const { machine, server } = await ready({ idleMs: 0 });
    await machine.pass(1000 * MINUTE);
    expect(server.state).toBe("ready");
    expect(machine.clock.pending).toBe(0);
  });

  test("is started again by a call that comes while it stops", async () => {
    const { machine, server, call } = await ready({ idleMs: MINUTE });
    machine.process("desk").stubborn = true;
    await machine.pass(MINUTE);
    const late = call();
    await turn();
    expect([server.state, machine.starts("desk")]).toEqual(["stopping", 1]);
    machine.process("desk").exit();
    await turn();
    expect([late.outcome, machine.starts("desk")]).toEqual(["served", 2]);
  });

  test("counts a call whose caller has left as over, once", async () => {
    const { machine, server, call } = one({ idleMs: MINUTE });
    const left = new Cancellation();
    const [leaving, staying] = [call(left), call()];
    await turn();
    left.cancel();
    leaving.over();
    await machine.pass(2 * MINUTE);
    expect(server.state).toBe("ready");
    staying.over();
    await machine.pass(MINUTE);
    expect(server.state).toBe("stopped");
  });

  test("is stopped too when all have left before it was ready", async () => {
    const { machine, server, call } = one({ idleMs: MINUTE });
    const left = new Cancellation();
    machine.health.set("desk", LOADING);
    const first = call(left);
    await turn();
    left.cancel();
    machine.health.set("desk", UP);
    await machine.pass(250);
    expect([first.outcome, server.state]).toEqual(["cancelled", "ready"]);
    await machine.pass(MINUTE);
    expect(server.state).toBe("stopped");
  });
});

describe("a server that ends by itself", () => {
  test("is started again by the next call", async () => {
    const { machine, server, call } = await ready();
    await machine.pass(10_000);
    machine.process("desk").exit({ signal: "SIGSEGV" });
    expect(server.state).toBe("stopped");
    const next = call();
    await turn();
    expect([next.outcome, machine.starts("desk")]).toEqual(["served", 2]);
  });

  test("soon after its start is given time, as one that did not start", async () => {
    const { machine, server, call } = await ready();
    await machine.pass(9999);
    machine.process("desk").exit({ code: 139 });
    expect(server.state).toBe("failed");
    const soon = call();
    await turn();
    expect(soon.error?.message).toContain("The server ended by itself: signal 11 ended it.");
    await machine.pass(1000);
    const next = call();
    await turn();
    expect(next.outcome).toBe("served");
  });

  test("leaves calls that go on to fail by themselves, and their end counts for nothing any more", async () => {
    const { machine, server, call } = one({ idleMs: MINUTE });
    const first = call();
    await machine.pass(10_000);
    machine.process("desk").exit({ code: 1 });
    first.over();
    expect(server.state).toBe("stopped");
    expect(machine.clock.pending).toBe(0);
  });
});

describe("a server whose provider is closed", () => {
  async function closing(server: ManagedServer): Promise<() => string> {
    let state = "closing";
    void server.close().then(() => (state = "closed"));
    await turn();
    return () => state;
  }

  test("is stopped although it is in use, and closed when its process is gone", async () => {
    const { machine, server, call } = one({ stopMs: 1000 });
    machine.processes.stubborn = true;
    call();
    await turn();
    const state = await closing(server);
    expect([state(), machine.process("desk").signals]).toEqual(["closing", ["TERM"]]);
    await machine.pass(1000);
    expect([state(), machine.process("desk").signals]).toEqual(["closed", ["TERM", "KILL"]]);
    expect(machine.processes.awake).toBe(0);
  });

  test("fails those who wait, and takes no more calls", async () => {
    const { machine, server, call } = one();
    machine.health.set("desk", LOADING);
    const first = call();
    await turn();
    const state = await closing(server);
    const late = call();
    await turn();
    expect([first.outcome, late.outcome, state()]).toEqual(["provider_closed", "provider_closed", "closed"]);
    expect(machine.processes.alive).toEqual([]);
  });

  test("starts no process that was still being prepared", async () => {
    const { machine, server, call } = one();
    call();
    const state = await closing(server);
    expect([state(), machine.processes.spawned]).toEqual(["closed", []]);
  });

  test("is unused when its last call is over and nobody waits", async () => {
    const { machine, server, call } = one();
    machine.health.set("desk", LOADING);
    let unused = false;
    const first = call();
    void server.unused().then(() => (unused = true));
    await turn();
    machine.health.set("desk", UP);
    await machine.pass(250);
    expect([first.outcome, unused]).toEqual(["served", false]);
    first.over();
    await turn();
    expect(unused).toBe(true);
  });
});
