import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { Cancellation, type CancelSignal } from "../../model/cancellation.ts";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { FailureKind } from "../../model/failure.ts";
import type { CallOptions, StartWait } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { StartWaits } from "./start-waits.ts";

const WAIT: StartWait = { loadingMs: 60_000, absentMs: 5_000 };
const LOOK_MS = 500;

/** Waits as a provider does: it looks twice a second, for as long as its budget says. */
class StartingServer extends ScriptedProvider {
  readonly clock: FakeClock;
  state: "absent" | "loading" | "up" = "loading";
  looks = 0;
  /** Waits that go on. */
  running = 0;
  mostRunning = 0;
  defect: Error | undefined;

  constructor(clock: FakeClock) {
    super("desk");
    this.clock = clock;
  }

  override async untilReady(failure: ProviderError, wait: StartWait, { signal }: CallOptions = {}): Promise<boolean> {
    this.waits.push(wait);
    if (failure.kind !== "loading" && failure.kind !== "connection") return false;
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      return await this.#look(failure.kind === "loading" ? wait.loadingMs : wait.absentMs, wait, signal);
    } finally {
      this.running -= 1;
    }
  }

  async #look(firstLimitMs: number, wait: StartWait, signal: CallOptions["signal"]): Promise<boolean> {
    const startedMs = this.clock.now();
    for (let limitMs = firstLimitMs; this.clock.now() + LOOK_MS - startedMs <= limitMs;) {
      await new Promise<void>((resolve, reject) => {
        const timer = this.clock.setTimer(LOOK_MS, resolve);
        signal?.addEventListener("abort", () => {
          timer.cancel();
          reject(providerError(failureOf("cancelled", "stopped")));
        });
      });
      this.looks += 1;
      if (this.defect !== undefined) throw this.defect;
      if (this.state === "up") return true;
      if (this.state === "loading") limitMs = wait.loadingMs;
    }
    return false;
  }
}

interface Asking {
  readonly kind?: FailureKind;
  readonly wait?: StartWait;
  readonly model?: string;
  readonly provider?: StartingServer;
}

/** A request that waits, and what has come of it. */
interface Waiting {
  readonly leave: () => void;
  outcome: boolean | string | undefined;
}

function starting() {
  const clock = new FakeClock();
  const server = new StartingServer(clock);
  const waits = new StartWaits(clock);
  const ask = ({ kind = "loading", wait = WAIT, model = "m", provider = server }: Asking = {}): Waiting => {
    const cancellation = new Cancellation();
    const asked: Waiting = { leave: () => cancellation.cancel(), outcome: undefined };
    const error = providerError(failureOf(kind, "not yet"));
    waits.until({ provider, model }, error, wait, cancellation).then(
      (ready) => (asked.outcome = ready),
      (thrown: unknown) => (asked.outcome = thrown instanceof ProviderError ? thrown.kind : String(thrown)),
    );
    return asked;
  };
  /** Lets time pass, and everything that falls due be heard. */
  const pass = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += LOOK_MS / 2) {
      clock.advance(Math.min(LOOK_MS / 2, ms - passedMs));
      await turn();
    }
    await turn();
  };
  const target = { provider: server, model: "m" };
  return { clock, server, waits, ask, pass, target };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("many that wait for one server", () => {
  test("look at it once, and go on together", async () => {
    const { server, ask, pass, waits, target } = starting();
    const all = Array.from({ length: 100 }, () => ask());
    await pass(10_000);
    expect([server.waits.length, server.mostRunning, server.looks]).toEqual([1, 1, 20]);
    expect(waits.waiting(target)).toEqual({ count: 100, sinceMs: 0 });
    server.state = "up";
    await pass(LOOK_MS);
    expect(all.every(({ outcome }) => outcome === true)).toBe(true);
    expect(waits.waiting(target)).toBeUndefined();
  });

  test("are told how many they are, and since when", async () => {
    const { ask, pass, waits, target } = starting();
    await pass(1000);
    const first = ask();
    await pass(2000);
    ask();
    expect(waits.waiting(target)).toEqual({ count: 2, sinceMs: 1000 });
    first.leave();
    expect(waits.waiting(target)).toEqual({ count: 1, sinceMs: 1000 });
  });

  test("wait apart for other models and other servers", () => {
    const { clock, server, ask, waits, target } = starting();
    const other = new StartingServer(clock);
    ask();
    ask({ model: "n" });
    ask({ provider: other });
    expect([server.running, other.running, waits.waiting(target)?.count]).toEqual([2, 1, 1]);
  });

  test("all hear of a defect", async () => {
    const { server, ask, pass } = starting();
    const all = [ask(), ask()];
    server.defect = new Error("broken");
    await pass(LOOK_MS);
    expect(all.map(({ outcome }) => outcome)).toEqual(["Error: broken", "Error: broken"]);
  });

  test("that have gone on are no reason for the next to go on", async () => {
    const { server, ask, pass } = starting();
    server.state = "up";
    ask();
    await pass(LOOK_MS);
    server.state = "loading";
    const next = ask();
    await pass(LOOK_MS);
    expect([next.outcome, server.waits.length]).toEqual([undefined, 2]);
  });
});

describe("whoever leaves", () => {
  test("leaves alone, also when it was the first", async () => {
    const { server, ask, pass } = starting();
    const [first, second] = [ask(), ask()];
    first.leave();
    await turn();
    expect([first.outcome, server.running]).toEqual(["cancelled", 1]);
    server.state = "up";
    await pass(LOOK_MS);
    expect([second.outcome, server.waits.length]).toEqual([true, 1]);
  });

  test("as the last ends the look, and the next to come begins anew", async () => {
    const { server, ask, pass, waits, target } = starting();
    const [first, second] = [ask(), ask()];
    await pass(1000);
    first.leave();
    second.leave();
    expect(waits.waiting(target)).toBeUndefined();
    const third = ask();
    await turn();
    expect([server.running, server.waits.length, waits.waiting(target)]).toEqual([1, 2, { count: 1, sinceMs: 1000 }]);
    server.state = "up";
    await pass(LOOK_MS);
    expect(third.outcome).toBe(true);
  });

  test("leaves nothing behind", async () => {
    const { clock, server, waits, target } = starting();
    const signal = new Cancellation();
    const listeners = new Set<unknown>();
    const counted: CancelSignal = {
      aborted: false,
      addEventListener: (type, listener) => {
        listeners.add(listener);
        signal.addEventListener(type, listener);
      },
      removeEventListener: (_type, listener) => listeners.delete(listener),
    };
    const error = providerError(failureOf("loading", "not yet"));
    const all = [1, 2, 3].map(() => waits.until(target, error, WAIT, counted));
    expect([listeners.size, clock.pending]).toEqual([3, 3]);
    signal.cancel();
    expect(await Promise.allSettled(all)).toMatchObject(all.map(() => ({ status: "rejected" })));
    await turn();
    expect([listeners.size, clock.pending, server.running]).toEqual([0, 0, 0]);
  });

  test("has left already: it starts nothing", async () => {
    const { server, waits, target } = starting();
    const cancellation = new Cancellation();
    cancellation.cancel();
    const error = providerError(failureOf("loading", "not yet"));
    await expect(waits.until(target, error, WAIT, cancellation)).rejects.toMatchObject({ kind: "cancelled" });
    expect([server.waits.length, waits.waiting(target)]).toEqual([0, undefined]);
  });
});

describe("each has a budget of its own", () => {
  test.each<[string, { first: StartWait; second: StartWait; afterMs: number }, [number, number]]>([
    ["the same, from when it came", { first: WAIT, second: WAIT, afterMs: 20_000 }, [60_000, 80_000]],
    ["a longer one", { first: WAIT, second: { ...WAIT, loadingMs: 90_000 }, afterMs: 0 }, [60_000, 90_000]],
    ["a shorter one", { first: WAIT, second: { ...WAIT, loadingMs: 10_000 }, afterMs: 5_000 }, [60_000, 15_000]],
    ["none at all", { first: WAIT, second: { loadingMs: 0, absentMs: 0 }, afterMs: 5_000 }, [60_000, 5_000]],
  ])("%s", async (_fact, { first, second, afterMs }, endsMs) => {
    const { clock, server, ask, pass } = starting();
    const all = [ask({ wait: first })];
    await pass(afterMs);
    all.push(ask({ wait: second }));
    const endedMs = new Map<Waiting, number>();
    while (endedMs.size < all.length) {
      await turn();
      for (const asked of all) if (asked.outcome === false && !endedMs.has(asked)) endedMs.set(asked, clock.now());
      await pass(LOOK_MS / 2);
    }
    for (const [index, asked] of all.entries()) {
      expect(Math.abs((endedMs.get(asked) ?? NaN) - (endsMs[index] ?? NaN))).toBeLessThanOrEqual(LOOK_MS);
    }
    expect([server.mostRunning, server.running, clock.pending]).toEqual([1, 0, 0]);
  });

  test("and only whoever has most left leads the next look", async () => {
    const { server, ask, pass } = starting();
    for (const loadingMs of [2_000, 3_000, 9_000, 6_000]) ask({ wait: { loadingMs, absentMs: 0 } });
    await pass(10_000);
    expect(server.waits.map(({ loadingMs }) => loadingMs)).toEqual([2_000, 7_000]);
  });

  test("and whoever leads is told by the last look", async () => {
    const { server, ask, pass } = starting();
    ask({ wait: { loadingMs: 1_000, absentMs: 0 } });
    const long = ask({ wait: { loadingMs: 2_000, absentMs: 0 } });
    await pass(1_750);
    server.state = "up";
    await pass(LOOK_MS / 2);
    expect(long.outcome).toBe(true);
  });

  test("and the look goes on for whoever has more, without its leader", async () => {
    const { server, ask, pass } = starting();
    const [short, long] = [ask({ wait: { loadingMs: 2_000, absentMs: 0 } }), ask()];
    await pass(3_000);
    expect([short.outcome, long.outcome, server.running]).toEqual([false, undefined, 1]);
    server.state = "up";
    await pass(LOOK_MS);
    expect(long.outcome).toBe(true);
  });
});

describe("a server that nobody can reach yet", () => {
  test("is waited for as long as one that is absent", async () => {
    const { server, ask, pass } = starting();
    server.state = "absent";
    const all = [ask({ kind: "connection" })];
    await pass(2_000);
    all.push(ask({ kind: "connection" }));
    await pass(3_500);
    expect(all.map(({ outcome }) => outcome)).toEqual([false, undefined]);
    await pass(2_000);
    expect(all.map(({ outcome }) => outcome)).toEqual([false, false]);
  });

  test("and then loads is waited for as long as one that loads, by everyone", async () => {
    const { server, ask, pass } = starting();
    server.state = "absent";
    const all = [ask({ kind: "connection" })];
    await pass(2_000);
    all.push(ask({ kind: "connection" }));
    server.state = "loading";
    await pass(30_000);
    expect(all.map(({ outcome }) => outcome)).toEqual([undefined, undefined]);
    server.state = "up";
    await pass(LOOK_MS);
    expect([all.map(({ outcome }) => outcome), server.mostRunning]).toEqual([[true, true], 1]);
  });

  test("but was heard to load by another is waited for as such", async () => {
    const { server, ask, pass } = starting();
    const heard = ask({ kind: "loading", wait: { loadingMs: 2_000, absentMs: 0 } });
    const refused = ask({ kind: "connection", wait: { loadingMs: 60_000, absentMs: 0 } });
    await pass(30_000);
    expect(heard.outcome).toBe(false);
    expect(refused.outcome).toBeUndefined();
    server.state = "up";
    await pass(LOOK_MS);
    expect(refused.outcome).toBe(true);
  });

  test("is not waited for where that is not wanted, however many ask at once", async () => {
    const { server, ask, pass, waits, target } = starting();
    server.state = "absent";
    const all = [1, 2, 3].map(() => ask({ kind: "connection", wait: { loadingMs: 60_000, absentMs: 0 } }));
    await pass(0);
    expect([all.map(({ outcome }) => outcome), server.looks]).toEqual([[false, false, false], 0]);
    expect(waits.waiting(target)).toBeUndefined();
  });
});

test("what does not look like a start does not join those who wait for one", async () => {
  const { ask, pass, waits, target } = starting();
  ask();
  const broken = ask({ kind: "server" });
  await pass(0);
  expect([broken.outcome, waits.waiting(target)?.count]).toEqual([false, 1]);
});

const step = fc.record({
  does: fc.constantFrom("asks" as const, "asks" as const, "leaves" as const, "time" as const, "turns" as const),
  pick: fc.nat(10_000),
  kind: fc.constantFrom<FailureKind>("loading", "connection"),
});

test("whoever comes and goes, there is one look at most, everyone is answered, and nothing goes on after that", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: "max" }), async (steps) => {
      const { clock, server, ask, pass, waits, target } = starting();
      const all: Waiting[] = [];
      for (const { does, pick, kind } of steps) {
        if (does === "asks") all.push(ask({ kind, wait: { loadingMs: 100 + pick, absentMs: pick % 3000 } }));
        if (does === "leaves") all[pick % Math.max(1, all.length)]?.leave();
        if (does === "turns") server.state = (["absent", "loading", "up"] as const)[pick % 3] ?? "up";
        await pass(does === "time" ? pick : 0);
        const count = all.filter(({ outcome }) => outcome === undefined).length;
        expect([server.running, waits.waiting(target)?.count]).toEqual(count === 0 ? [0, undefined] : [1, count]);
      }
      await pass(11_000);
      expect(all.every(({ outcome }) => outcome !== undefined)).toBe(true);
      expect([server.running, server.mostRunning <= 1, waits.waiting(target)]).toEqual([0, true, undefined]);
      clock.advance(LOOK_MS);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 50 },
  );
});
