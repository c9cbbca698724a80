import type { Clock } from "../../model/clock.ts";
import { exponential, logNormal, seeded, seedFor } from "./chance.ts";

/** A key, and what comes with it. */
export interface Caller {
  readonly key: string;
  readonly priority?: number;
  /** How many of the new conversations are this caller's, in proportion to the others' shares. */
  readonly share?: number;
  /** Conversations that it always has, without a pause between an answer and the next request: a greedy one has many. */
  readonly agents?: number;
}

export interface LoadSpec {
  readonly seed: number;
  /** How many requests come in all. */
  readonly requests: number;
  readonly callers: readonly Caller[];
  /** One for each conversation, by chance. */
  readonly models: readonly string[];
  /** New ones, on average; the times between them are random. */
  readonly conversationsPerS: number;
  /** Now and then new conversations come this many times as fast. */
  readonly burst?: { readonly everyMs: number; readonly lastsMs: number; readonly factor: number };
  /** How many requests a conversation has, on average. */
  readonly turns: number;
  /** From an answer to the next request, on average. */
  readonly thinkMs: number;
  /** The first prompt's, and what each further one adds, in the middle; a few are many times that. */
  readonly firstTokens: number;
  readonly turnTokens: number;
  readonly outputTokens: number;
  /** A conversation that grows longer ends. */
  readonly contextTokens: number;
  /** Of the requests, how many are left by their client while they wait, and how long it is patient, on average. */
  readonly leaving?: { readonly share: number; readonly afterMs: number };
  /** Of the conversations, how many do not say that their requests belong together. */
  readonly unnamedShare?: number;
}

/** The least that a client waits after a failure. */
const AFTER_FAILURE_MS = 1000;

/** One request of a conversation. */
export interface Turn {
  readonly caller: Caller;
  readonly model: string;
  readonly conversation: string;
  readonly session: string | undefined;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** When its client gives up; absent for one that waits. */
  readonly leavesAfterMs: number | undefined;
  /** The request is over: its client thinks, and asks the next thing, or the same again where it got no answer. */
  over(answered: boolean): void;
}

/** A load of conversations: it depends on the seed and on when their answers come, and on nothing else. */
export class Conversations {
  readonly #spec: LoadSpec;
  readonly #clock: Clock;
  readonly #onTurn: (turn: Turn) => void;
  readonly #random: () => number;
  readonly #shares: number;
  #begun = 0;
  #asked = 0;

  constructor(spec: LoadSpec, clock: Clock, onTurn: (turn: Turn) => void) {
    this.#spec = spec;
    this.#clock = clock;
    this.#onTurn = onTurn;
    this.#random = seeded(spec.seed);
    this.#shares = spec.callers.reduce((sum, { share = 0 }) => sum + share, 0);
  }

  /** How many conversations there were. */
  get begun(): number {
    return this.#begun;
  }

  start(): void {
    for (const caller of this.#spec.callers) {
      for (let agent = 0; agent < (caller.agents ?? 0); agent += 1) this.#begin(caller, 0);
    }
    if (this.#shares > 0) this.#arriveLater();
  }

  #arriveLater(): void {
    const { burst, conversationsPerS } = this.#spec;
    const inBurst = burst !== undefined && this.#clock.now() % burst.everyMs < burst.lastsMs;
    const perS = conversationsPerS * (inBurst ? burst.factor : 1);
    this.#clock.setTimer(exponential(this.#random, 1000 / perS), () => {
      if (this.#asked >= this.#spec.requests) return;
      this.#begin(this.#drawCaller(), this.#spec.thinkMs);
      this.#arriveLater();
    });
  }

  #drawCaller(): Caller {
    let left = this.#random() * this.#shares;
    for (const caller of this.#spec.callers) {
      left -= caller.share ?? 0;
      if (left < 0) return caller;
    }
    return this.#spec.callers[0] ?? { key: "" };
  }

  #begin(caller: Caller, thinkMs: number): void {
    const spec = this.#spec;
    const number = this.#begun++;
    const random = seeded(seedFor(spec.seed, number));
    const model = spec.models[Math.floor(random() * spec.models.length)] ?? "";
    const named = random() >= (spec.unnamedShare ?? 0);
    const conversation = `conversation-${number}`;
    const sizes = { tokens: Math.ceil(logNormal(random, spec.firstTokens, 0.8)) };
    const ask = (): void => {
      if (this.#asked >= spec.requests) return;
      this.#asked += 1;
      const outputTokens = Math.max(1, Math.ceil(logNormal(random, spec.outputTokens, 0.7)));
      const promptTokens = sizes.tokens;
      const { leaving } = spec;
      const leaves = leaving !== undefined && random() < leaving.share;
      const leavesAfterMs = leaves ? exponential(random, leaving.afterMs) : undefined;
      const over = (answered: boolean): void => {
        const added = outputTokens + Math.ceil(logNormal(random, spec.turnTokens, 0.8));
        if (answered) sizes.tokens = promptTokens + added;
        const goesOn = random() >= 1 / spec.turns && sizes.tokens <= spec.contextTokens;
        const pauseMs = exponential(random, thinkMs);
        if (goesOn) this.#clock.setTimer(answered ? pauseMs : Math.max(pauseMs, AFTER_FAILURE_MS), ask);
        else if (thinkMs === 0) this.#clock.setTimer(0, () => this.#begin(caller, 0));
      };
      const session = named ? conversation : undefined;
      this.#onTurn({ caller, model, conversation, session, promptTokens, outputTokens, leavesAfterMs, over });
    };
    ask();
  }
}
