import type { Clock, Timer } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { SimulatedLoad } from "./fleet-subject.ts";
import { ModelShelf } from "./model-shelf.ts";
import { PrefixCache } from "./prefix-cache.ts";
import { failuresOf, type ServerFailures } from "./server-failures.ts";
import type { ServerSpec, Trouble } from "./server-spec.ts";

/** What a server is asked to do, and who hears of it. Exactly one of the endings is called, later, unless it is cancelled. */
export interface ServerCall {
  readonly model: string;
  /** What its cache knows the prompt by. */
  readonly conversation: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  onFirstContent(cachedTokens: number): void;
  onAnswered(): void;
  onFailed(failure: Failure): void;
}

/** A call inside a server. */
class Visit {
  readonly call: ServerCall;
  timer: Timer | undefined;
  state: "waiting" | "reading" | "writing" | "over" = "waiting";

  constructor(call: ServerCall) {
    this.call = call;
  }
}

/** How long a caller waits for content from a server that says nothing. */
const SILENCE_MS = 60_000;
const REFUSAL_MS = 1;
const ERROR_MS = 5;

/** A model server without a network: slots, a line behind them, a prefix cache, models to load, and its troubles. */
export class SimulatedServer {
  readonly spec: ServerSpec;
  /** When its last trouble ended, or its last failure was seen; until then nobody may expect that it is known to be well. */
  troubledAtMs: number = -Infinity;
  onRecovered: (() => void) | undefined;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #cache: PrefixCache;
  readonly #models: ModelShelf;
  readonly #failures: ServerFailures;
  readonly #inSlots = new Set<Visit>();
  readonly #line = new Set<Visit>();
  #trouble: Trouble | undefined;

  constructor(spec: ServerSpec, clock: Clock, random: () => number) {
    this.spec = spec;
    this.#clock = clock;
    this.#random = random;
    this.#cache = new PrefixCache(spec.cacheTokens);
    this.#models = new ModelShelf(spec, clock, () => this.#fill());
    this.#failures = failuresOf(spec.name);
    for (const trouble of spec.troubles ?? []) {
      clock.setTimer(trouble.fromMs - clock.now(), () => this.#fall(trouble));
      clock.setTimer(trouble.untilMs - clock.now(), () => this.#recover());
    }
  }

  get running(): number {
    return this.#inSlots.size;
  }

  get waiting(): number {
    return this.#line.size;
  }

  get trouble(): Trouble["kind"] | undefined {
    return this.#trouble?.kind;
  }

  get loads(): number {
    return this.#models.loads;
  }

  /** Slots that nobody else uses. */
  get slots(): number {
    const { slots } = this.spec;
    return this.#trouble?.kind === "shared" ? Math.max(0, slots - this.#trouble.slots) : slots;
  }

  get load(): SimulatedLoad {
    const { slots } = this.spec;
    return {
      up: this.#trouble?.kind !== "down",
      loaded: this.#models.loaded,
      slots,
      running: this.running + slots - this.slots,
      waiting: this.waiting,
    };
  }

  /** Gives a function that calls it off. */
  submit(call: ServerCall): () => void {
    const visit = new Visit(call);
    const refusal = this.#refusal(call);
    if (refusal !== undefined) {
      const delayMs = this.#trouble?.kind === "errors" ? ERROR_MS : REFUSAL_MS;
      visit.timer = this.#clock.setTimer(delayMs, () => this.#fail(visit, refusal));
    } else {
      this.#line.add(visit);
      this.#fill();
    }
    return () => this.#cancel(visit);
  }

  #refusal({ model }: ServerCall): Failure | undefined {
    const trouble = this.#trouble;
    if (trouble?.kind === "down") return this.#failures.refused;
    if (trouble?.kind === "errors" && this.#random() < trouble.share) return trouble.failure ?? this.#failures.error;
    if (this.spec.whileLoading !== "refuse" || this.#models.isReady(model)) return undefined;
    this.#models.want(model);
    return this.#failures.loading;
  }

  /** Gives free slots to those in line, first come first served. */
  #fill(): void {
    if (this.#trouble?.kind === "down") return;
    for (const visit of this.#line) {
      if (this.#inSlots.size >= this.slots) return;
      const { model } = visit.call;
      if (!this.#models.isReady(model)) {
        this.#models.want(model);
        return;
      }
      this.#line.delete(visit);
      this.#read(visit);
    }
  }

  #read(visit: Visit): void {
    const { call } = visit;
    this.#inSlots.add(visit);
    this.#models.begin(call.model);
    visit.state = "reading";
    if (this.#trouble?.kind === "silent") {
      visit.timer = this.#clock.setTimer(SILENCE_MS, () => this.#fail(visit, this.#failures.silence));
      return;
    }
    const cached = this.#cache.hit(call.conversation, call.promptTokens);
    const factor = this.#trouble?.kind === "slow" ? this.#trouble.factor : 1;
    const readMs = (factor * 1000 * (call.promptTokens - cached)) / this.spec.prefillPerS;
    const tokenMs = (factor * 1000) / this.spec.decodePerS;
    visit.timer = this.#clock.setTimer(readMs + tokenMs, () => {
      visit.state = "writing";
      visit.timer = this.#clock.setTimer(tokenMs * (call.outputTokens - 1), () => this.#answer(visit));
      call.onFirstContent(cached);
    });
  }

  #answer(visit: Visit): void {
    const { call } = visit;
    this.#cache.keep(call.conversation, call.promptTokens + call.outputTokens);
    this.#leave(visit);
    call.onAnswered();
    this.#fill();
  }

  #fail(visit: Visit, failure: Failure): void {
    const partial = visit.state === "writing";
    this.#leave(visit);
    this.troubledAtMs = this.#clock.now();
    visit.call.onFailed(partial ? { ...failure, partial } : failure);
    this.#fill();
  }

  #cancel(visit: Visit): void {
    this.#leave(visit);
    this.#fill();
  }

  #leave(visit: Visit): void {
    visit.timer?.cancel();
    this.#line.delete(visit);
    if (this.#inSlots.delete(visit)) this.#models.end(visit.call.model);
    visit.state = "over";
  }

  #fall(trouble: Trouble): void {
    this.#trouble = trouble;
    this.troubledAtMs = this.#clock.now();
    if (trouble.kind !== "down") return;
    for (const visit of [...this.#inSlots, ...this.#line]) this.#fail(visit, this.#failures.cut);
    this.#cache.clear();
    this.#models.clear();
  }

  #recover(): void {
    const wasDown = this.#trouble?.kind === "down";
    this.#trouble = undefined;
    this.troubledAtMs = this.#clock.now();
    this.#fill();
    if (wasDown) this.onRecovered?.();
  }
}
