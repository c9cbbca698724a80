import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { FailureKind } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { type Call, Fleet } from "./fleet.ts";

const KINDS: readonly FailureKind[] = [
  "auth",
  "quota",
  "rate_limit",
  "overloaded",
  "loading",
  "model_not_found",
  "bad_request",
  "timeout",
  "connection",
  "truncated",
  "server",
];

type Step =
  | { readonly does: "begin"; readonly target: number; readonly retry: boolean; readonly insist: boolean }
  | { readonly does: "content"; readonly call: number }
  | { readonly does: "answer"; readonly call: number }
  | { readonly does: "leave"; readonly call: number }
  | { readonly does: "fail"; readonly call: number; readonly kind: FailureKind; readonly retryAfterMs: number }
  | { readonly does: "pass"; readonly ms: number }
  | { readonly does: "health"; readonly provider: number; readonly isUp: boolean };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("begin" as const),
      target: fc.nat(3),
      retry: fc.boolean(),
      insist: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom("content" as const, "answer" as const, "leave" as const),
      call: fc.nat(60),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("fail" as const),
      call: fc.nat(60),
      kind: fc.constantFrom(...KINDS),
      retryAfterMs: fc.constantFrom(0, 2000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("pass" as const), ms: fc.constantFrom(1, 700, 5000, 40_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("health" as const), provider: fc.nat(1), isUp: fc.boolean() }),
  },
);

/** The fleet, and a count of what is in flight that is kept as simply as can be. */
class Model {
  readonly #clock = new FakeClock();
  readonly #fleet = new Fleet({ clock: this.#clock, random: () => 0.5 });
  readonly #providers = [new ScriptedProvider("a"), new ScriptedProvider("b", { credentials: 3 })] as const;
  readonly #targets = this.#providers.flatMap((provider) => ["m", "n"].map((model) => ({ provider, model })));
  readonly #calls: { readonly call: Call; readonly target: number; isOver: boolean }[] = [];

  do(step: Step): void {
    switch (step.does) {
      case "begin": {
        const target = this.#targets[step.target];
        if (target === undefined) return;
        const isClosed = this.#fleet.view(target).closed !== undefined;
        const call = this.#fleet.begin(target, step);
        if (isClosed) expect(call).toBeUndefined();
        if (step.insist && !isClosed) expect(call).toBeDefined();
        if (call !== undefined) this.#calls.push({ call, target: step.target, isOver: false });
        return;
      }
      case "pass":
        return this.#clock.advance(step.ms);
      case "health": {
        const provider = this.#providers[step.provider] ?? this.#providers[0];
        const state = step.isUp ? "up" : "down";
        return this.#fleet.healthSeen(provider, { healthy: step.isUp, state, latencyMs: 1 });
      }
      default:
        this.#go(step);
    }
  }

  #go(step: Exclude<Step, { readonly does: "begin" | "pass" | "health" }>): void {
    const of = this.#calls[step.call % Math.max(1, this.#calls.length)];
    if (of === undefined) return;
    if (step.does === "content") return of.call.firstContent();
    if (step.does === "answer") of.call.answered();
    else if (step.does !== "fail") of.call.left();
    else of.call.failed(failureOf(step.kind, "", step.retryAfterMs > 0 ? { retryAfterMs: step.retryAfterMs } : {}));
    of.isOver = true;
  }

  check(): void {
    for (const [at, target] of this.#targets.entries()) {
      const running = this.#calls.filter(({ isOver }) => !isOver);
      const { closed, inFlight, serverInFlight, successShare } = this.#fleet.view(target);
      expect(inFlight).toBe(running.filter((call) => call.target === at).length);
      expect(serverInFlight).toBe(running.filter((call) => call.target >> 1 === at >> 1).length);
      expect(successShare).toBeGreaterThanOrEqual(0);
      expect(successShare).toBeLessThanOrEqual(1);
      expect(closed?.untilMs ?? Infinity).toBeGreaterThan(this.#clock.now());
    }
  }

  end(): void {
    for (const { call } of this.#calls) call.left();
  }

  /** Closures that depend on time alone end by themselves. */
  settle(): void {
    this.#clock.advance(3_600_001);
    for (const target of this.#targets) {
      expect(this.#fleet.view(target).closed).toBeUndefined();
      expect(this.#fleet.view(target).inFlight).toBe(0);
      const call = this.#fleet.begin(target);
      expect(call).toBeDefined();
      call?.answered();
    }
  }
}

test("whatever happens in whatever order, in-flight is what has begun and not ended, and in the end every target is open", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 120 }), (steps) => {
      const model = new Model();
      for (const step of steps) {
        model.do(step);
        model.check();
      }
      model.end();
      model.settle();
    }),
  );
});
