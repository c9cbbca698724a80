import fc from "fast-check";
import { expect, test } from "vitest";
import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import { providerError } from "../../model/errors.ts";
import type { ForwardReply } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { type CallScript, ScriptedProvider } from "../testing/scripted-provider.ts";
import { answer, FAILED } from "./testing/calls.ts";
import { fastGateway, pass, settled } from "./testing/fast-gateway.ts";

const OUTCOMES = ["answers", ...(Object.keys(FAILED) as (keyof typeof FAILED)[]), "hangs"] as const;
type Outcome = (typeof OUTCOMES)[number];

/** What one call comes to, and after how long. */
interface Fate {
  readonly outcome: Outcome;
  readonly afterMs: number;
}

const fate: fc.Arbitrary<Fate> = fc.record({
  outcome: fc.constantFrom<Outcome>("answers", "answers", "answers", ...OUTCOMES),
  afterMs: fc.constantFrom(0, 50, 500, 3_000),
});

const request = fc.record({
  atMs: fc.nat({ max: 4_000 }),
  /** When the client leaves, unless it has been answered by then. */
  leavesAfterMs: fc.constantFrom(0, 100, 1_000, 40_000),
  failover: fc.boolean(),
});

const NAMES = ["a", "b", "c"];
const SLOTS = 2;
const WARM_UP = 20;
const WARM_MS = 100;

/** A server that knows how many calls run at it. */
class CountingServer extends ScriptedProvider {
  running = 0;
  mostRunning = 0;

  follow(fates: readonly Fate[], clock: Clock): void {
    this.calls = fates.map(
      (each): CallScript =>
        (_request, { signal }) =>
          this.#run(each, clock, signal),
    );
  }

  #run({ outcome, afterMs }: Fate, clock: Clock, signal: CancelSignal | undefined): Promise<ForwardReply> {
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    return new Promise<ForwardReply>((resolve, reject) => {
      const timer = clock.setTimer(outcome === "hangs" ? 1e9 : afterMs, () => {
        signal?.removeEventListener("abort", stop);
        this.running -= 1;
        if (outcome === "answers" || outcome === "hangs") resolve(answer(this.name));
        else reject(providerError(FAILED[outcome]));
      });
      const stop = (): void => {
        timer.cancel();
        this.running -= 1;
        reject(providerError(failureOf("cancelled", "called off")));
      };
      if (signal?.aborted === true) stop();
      else signal?.addEventListener("abort", stop);
    });
  }
}

test("whatever its targets do, a request ends once, keeps to the places and the calls it may cost, and leaves nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fate, { minLength: 30, maxLength: 30 }), { minLength: 3, maxLength: 3 }),
      fc.array(request, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (fates, requests, hedge) => {
        const servers = NAMES.map((name) => new CountingServer(name, { credentials: 2 }));
        const maxAttempts = 4;
        const setup = fastGateway(
          servers,
          { tiers: [["a/m", "b/m"], ["c/m"]], strategy: "adaptive", affinity: true, hedge },
          {
            maxAttempts,
            slots: new Map(NAMES.map((name) => [name, SLOTS])),
            queue: { maxWaitMs: 5_000, length: 4 },
            startWait: { loadingMs: 2_000, absentMs: 1_000 },
          },
        );
        const { clock } = setup;
        for (const server of servers) {
          server.calls = Array.from({ length: WARM_UP }, () => async () => (clock.advance(WARM_MS), answer()));
          for (let count = 0; count < WARM_UP; count += 1) await setup.ask({ model: `${server.name}/m` });
        }
        for (const [at, server] of servers.entries()) server.follow(fates[at] ?? [], clock);
        const startMs = clock.now();
        const begun = requests.map(({ atMs, leavesAfterMs, failover }, at) => {
          const one = { ended: Promise.resolve(), atMs: startMs + atMs };
          clock.setTimer(atMs, () => {
            const { client, done } = setup.start({
              body: {
                model: "fast",
                messages: [{ role: "user", content: `talk ${at % 4}` }],
                millrace: { failover },
              },
            });
            one.ended = done;
            clock.setTimer(leavesAfterMs, () => client.ended || client.leave());
          });
          return one;
        });
        await pass(clock, 60_000, 100);
        await settled();
        for (const { ended } of begun) await ended;

        const records = setup.records.slice(NAMES.length * WARM_UP);
        expect(records).toHaveLength(requests.length);
        expect(setup.gateway.inFlight).toBe(0);
        expect(clock.pending).toBe(0);
        for (const server of servers) {
          expect(server.running).toBe(0);
          expect(server.mostRunning).toBeLessThanOrEqual(SLOTS);
        }
        const { candidates, excluded } = await setup.explained();
        for (const target of [...candidates, ...excluded]) {
          expect(target).toMatchObject({ in_flight: 0, server_in_flight: 0, waiting: 0 });
        }
        for (const { attempts, outcome, target, failure } of records) {
          expect(attempts.length).toBeLessThanOrEqual(maxAttempts);
          expect(attempts.filter((attempt) => attempt.outcome === "answered")).toHaveLength(
            outcome === "completed" ? 1 : 0,
          );
          expect(target === undefined).toBe(outcome !== "completed");
          expect(failure?.code).not.toBe("internal_error");
        }
        expect(setup.log.filter(({ event }) => event === "defect")).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
