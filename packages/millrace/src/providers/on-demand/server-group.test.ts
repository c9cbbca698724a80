import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cancellation } from "../../model/cancellation.ts";
import type { OnDemandCommand } from "./command.ts";
import type { ManagedServer } from "./managed-server.ts";
import { MAX_WAIT_MS, RESIDENCY_MS } from "./server-group.ts";
import { Call, LOADING, Machine, turn, UP } from "./testing/machine.ts";

/** Servers `a`, `b` and `c` that share room. */
class Group {
  readonly machine = new Machine();
  readonly servers: ReadonlyMap<string, ManagedServer>;

  constructor(settings: Partial<OnDemandCommand> = {}) {
    const server = (name: string): [string, ManagedServer] => [
      name,
      this.machine.server(name, { group: "gpu", idleMs: 0, ...settings }),
    ];
    this.servers = new Map(["a", "b", "c"].map(server));
  }

  async call(name: string, signal?: Cancellation): Promise<Call> {
    const call = new Call(this.servers.get(name)!.use(signal));
    await turn();
    return call;
  }

  /** One that runs, is idle, and has been there for long enough. */
  async resident(...names: string[]): Promise<void> {
    for (const name of names) {
      (await this.call(name)).over();
      await this.machine.pass(RESIDENCY_MS);
    }
  }

  get running(): string[] {
    return this.machine.processes.alive.map(({ launch }) => launch.command[0] ?? "");
  }
}

describe("servers that share room for one", () => {
  test("an idle one is stopped for one that is called", async () => {
    const group = new Group();
    await group.resident("a");
    const call = await group.call("b");
    expect([call.outcome, group.running]).toEqual(["served", ["b"]]);
    expect(group.machine.states.slice(-4)).toEqual(["a stopping", "a stopped", "b starting", "b ready"]);
  });

  test("A4 14: the room is free when the process is gone, not when it was asked to go", async () => {
    const group = new Group({ stopMs: 10_000 });
    await group.resident("a");
    group.machine.process("a").stubborn = true;
    const call = await group.call("b");
    await group.machine.pass(9999);
    expect([call.outcome, group.running]).toEqual(["waiting", ["a"]]);
    await group.machine.pass(1);
    expect([call.outcome, group.running]).toEqual(["served", ["b"]]);
  });

  test("A4 1: a busy one is never stopped, and the other is called when it is idle", async () => {
    const group = new Group();
    const long = await group.call("a");
    const call = await group.call("b");
    await group.machine.pass(5 * MAX_WAIT_MS);
    expect([call.outcome, group.running]).toEqual(["waiting", ["a"]]);
    long.over();
    await turn();
    expect([call.outcome, group.running]).toEqual(["served", ["b"]]);
  });

  test("one that was just loaded stays for a moment although it is idle", async () => {
    const group = new Group();
    (await group.call("a")).over();
    const call = await group.call("b");
    await group.machine.pass(RESIDENCY_MS - 1);
    expect([call.outcome, group.running]).toEqual(["waiting", ["a"]]);
    await group.machine.pass(1);
    expect([call.outcome, group.running]).toEqual(["served", ["b"]]);
  });

  test("A4 6: two that are called in turn are not loaded in turn: calls for the loaded one go first", async () => {
    const group = new Group();
    const long = await group.call("a");
    const others = [await group.call("b"), await group.call("b")];
    await group.machine.pass(MAX_WAIT_MS - 1);
    const more = [await group.call("a"), await group.call("a")];
    expect(more.map(({ outcome }) => outcome)).toEqual(["served", "served"]);
    for (const call of [long, ...more]) call.over();
    await turn();
    expect(others.map(({ outcome }) => outcome)).toEqual(["served", "served"]);
    expect([group.machine.starts("a"), group.machine.starts("b")]).toEqual([1, 1]);
  });

  test("but not for ever: when another has waited too long, the loaded one ends what it has and takes no more", async () => {
    const group = new Group();
    const long = await group.call("a");
    const other = await group.call("b");
    await group.machine.pass(MAX_WAIT_MS);
    const late = await group.call("a");
    expect([late.outcome, other.outcome]).toEqual(["waiting", "waiting"]);
    long.over();
    await turn();
    expect([late.outcome, other.outcome]).toEqual(["waiting", "served"]);
    other.over();
    await group.machine.pass(RESIDENCY_MS);
    expect([late.outcome, group.running]).toEqual(["served", ["a"]]);
  });

  test("nor when the other has waited too long while it was still being started", async () => {
    const group = new Group();
    group.machine.health.set("a", LOADING);
    const first = await group.call("a");
    const other = await group.call("b");
    await group.machine.pass(MAX_WAIT_MS);
    group.machine.health.set("a", UP);
    await group.machine.pass(250);
    const soon = await group.call("a");
    await group.machine.pass(RESIDENCY_MS);
    const late = await group.call("a");
    expect([first, soon, late, other].map(({ outcome }) => outcome)).toEqual([
      "served",
      "served",
      "waiting",
      "waiting",
    ]);
  });

  test("it takes calls again when the one that waited has left", async () => {
    const group = new Group();
    const long = await group.call("a");
    const left = new Cancellation();
    const other = await group.call("b", left);
    await group.machine.pass(MAX_WAIT_MS);
    const late = await group.call("a");
    left.cancel();
    await turn();
    expect([other.outcome, late.outcome]).toEqual(["cancelled", "served"]);
    for (const call of [long, late]) call.over();
    await group.machine.pass(MAX_WAIT_MS);
    expect(group.running).toEqual(["a"]);
  });

  test("they are started in the order in which their first calls came", async () => {
    const group = new Group();
    const long = await group.call("a");
    await group.machine.pass(1);
    const second = await group.call("c");
    await group.machine.pass(1);
    const third = await group.call("b");
    long.over();
    await group.machine.pass(RESIDENCY_MS);
    expect([second.outcome, third.outcome]).toEqual(["served", "waiting"]);
    second.over();
    await group.machine.pass(RESIDENCY_MS);
    expect(third.outcome).toBe("served");
  });

  test("one that does not start leaves its room to the next", async () => {
    const group = new Group();
    group.machine.health.set("a", LOADING);
    const failing = await group.call("a");
    const next = await group.call("b");
    group.machine.process("a").exit({ code: 1 });
    await turn();
    expect([failing.outcome, next.outcome]).toEqual(["start_failed", "served"]);
  });

  test("a call that finds no room in time says who is in the way, and which setting it is", async () => {
    const group = new Group({ roomMs: 60_000 });
    await group.call("a");
    const call = await group.call("b");
    await group.machine.pass(59_999);
    expect(call.outcome).toBe("waiting");
    await group.machine.pass(1);
    expect(call.error?.failure).toMatchObject({ kind: "overloaded", code: "room_timeout", fault: "gateway" });
    expect(call.error?.message).toBe(
      "b: There was no room to start the server within 60 s, its `room_timeout`. a is in use.",
    );
    expect(group.machine.starts("b")).toBe(0);
  });
});

describe("A4 8: a start that nobody waits for any more", () => {
  async function abandoned(): Promise<{ group: Group; left: Call }> {
    const group = new Group();
    const leave = new Cancellation();
    group.machine.health.set("a", LOADING);
    const left = await group.call("a", leave);
    leave.cancel();
    await turn();
    return { group, left };
  }

  test("goes on while nobody needs the room", async () => {
    const { group, left } = await abandoned();
    group.machine.health.set("a", UP);
    await group.machine.pass(250);
    expect([left.outcome, group.servers.get("a")?.state]).toEqual(["cancelled", "ready"]);
  });

  test("is called off when somebody does, which is no failure of it", async () => {
    const { group } = await abandoned();
    const other = await group.call("b");
    expect([other.outcome, group.running]).toEqual(["served", ["b"]]);
    expect(group.servers.get("a")?.refusal).toBeUndefined();
  });

  test("is called off when the last one leaves while somebody does", async () => {
    const group = new Group();
    const leave = new Cancellation();
    group.machine.health.set("a", LOADING);
    await group.call("a", leave);
    const other = await group.call("b");
    expect([other.outcome, group.running]).toEqual(["waiting", ["a"]]);
    leave.cancel();
    await turn();
    expect([other.outcome, group.running]).toEqual(["served", ["b"]]);
  });

  test("goes on when somebody waits for it again", async () => {
    const { group } = await abandoned();
    const again = await group.call("a");
    const other = await group.call("b");
    expect([again.outcome, other.outcome, group.running]).toEqual(["waiting", "waiting", ["a"]]);
  });
});

describe("servers that share room for two", () => {
  test("run side by side", async () => {
    const group = new Group({ groupSize: 2 });
    const calls = [await group.call("a"), await group.call("b"), await group.call("c")];
    expect(calls.map(({ outcome }) => outcome)).toEqual(["served", "served", "waiting"]);
    expect(group.running).toEqual(["a", "b"]);
  });

  test("the one that has been idle the longest goes first", async () => {
    const group = new Group({ groupSize: 2 });
    await group.resident("b", "a");
    (await group.call("b")).over();
    await group.call("c");
    expect(group.running).toEqual(["b", "c"]);
  });

  test("one that waits too long holds back only one of them, the longest resident", async () => {
    const group = new Group({ groupSize: 2 });
    await group.call("b");
    await group.machine.pass(RESIDENCY_MS);
    await group.call("a");
    await group.call("c");
    await group.machine.pass(MAX_WAIT_MS);
    const [a, b] = [await group.call("a"), await group.call("b")];
    expect([a.outcome, b.outcome]).toEqual(["served", "waiting"]);
  });
});

type Step =
  | { readonly kind: "call" | "crash" | "leave"; readonly name: string }
  | { readonly kind: "over"; readonly nth: number }
  | { readonly kind: "pass"; readonly ms: number };

const name = fc.constantFrom("a", "b", "c");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("call" as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("over" as const), nth: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(1, 3000, 31_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("crash" as const, "leave" as const), name }) },
);

describe("whatever happens", () => {
  test("no more run than there is room for, none is stopped while it is used, and every call is answered", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2), fc.array(step, { maxLength: 40 }), async (groupSize, steps) => {
        const group = new Group({ groupSize, roomMs: 0 });
        const calls: { readonly name: string; readonly call: Call; readonly leave: Cancellation }[] = [];
        const used = (of: string): boolean =>
          calls.some(({ name: other, call, leave }) => other === of && call.use !== undefined && !leave.aborted);
        const check = (): void => {
          expect(group.running.length).toBeLessThanOrEqual(groupSize);
          for (const { launch, signals } of group.machine.processes.alive) {
            if (used(launch.command[0] ?? "")) expect(signals).toEqual([]);
          }
        };
        const over = (index: number): void => {
          const [gone] = calls.splice(index, 1);
          gone?.call.use?.release();
        };
        for (const next of steps) {
          if (next.kind === "call") {
            const leave = new Cancellation();
            calls.push({ name: next.name, leave, call: await group.call(next.name, leave) });
          } else if (next.kind === "over") {
            const served = calls.findIndex(({ call }, index) => index >= next.nth && call.outcome === "served");
            if (served !== -1) over(served);
          } else if (next.kind === "pass") {
            await group.machine.pass(next.ms);
          } else if (next.kind === "leave") {
            calls.find(({ name: of }) => of === next.name)?.leave.cancel();
          } else {
            group.machine.processes.alive.find(({ launch }) => launch.command[0] === next.name)?.exit({ code: 1 });
          }
          await turn();
          check();
        }
        // Nobody is left waiting once everybody's calls come to an end.
        for (let round = 0; calls.length > 0; round += 1) {
          expect(round).toBeLessThan(100);
          for (let index = calls.length - 1; index >= 0; index -= 1) {
            if (calls[index]?.call.outcome !== "waiting") over(index);
          }
          await group.machine.pass(RESIDENCY_MS);
          check();
        }
      }),
      { numRuns: 300 },
    );
  });
});
