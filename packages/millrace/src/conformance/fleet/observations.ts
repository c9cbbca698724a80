import type { KeyFigures } from "./figures.ts";

/** Numbers of which there are up to a million, of which only the order matters. */
class Samples {
  #values = new Float64Array(1024);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const longer = new Float64Array(2 * this.#count);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#count++] = value;
  }

  /** Several quantiles at once; 0 where there is no value. */
  quantiles(...shares: readonly number[]): number[] {
    const sorted = this.#values.slice(0, this.#count).sort();
    return shares.map((share) => sorted[Math.min(this.#count - 1, Math.floor(share * this.#count))] ?? 0);
  }
}

interface KeySums {
  requests: number;
  waits: number;
  waitMs: number;
  maxWaitMs: number;
}

/** How a request ended for its client. */
export type Ending = "answered" | "failed" | "cut" | "left";

/** What is seen of requests while they pass. */
export class Observations {
  readonly endings: Record<Ending, number> = { answered: 0, failed: 0, cut: 0, left: 0 };
  promptTokens = 0;
  cachedTokens = 0;
  calls = 0;
  overSlots = 0;
  idleMs = 0;
  affinityBytesMax = 0;
  readonly #waits = new Samples();
  readonly #keys = new Map<string, KeySums>();

  arrived(key: string): void {
    this.#sums(key).requests += 1;
  }

  firstContent(key: string, waitMs: number, promptTokens: number, cachedTokens: number): void {
    this.promptTokens += promptTokens;
    this.cachedTokens += cachedTokens;
    this.#waits.add(waitMs);
    const sums = this.#sums(key);
    sums.waits += 1;
    sums.waitMs += waitMs;
    sums.maxWaitMs = Math.max(sums.maxWaitMs, waitMs);
  }

  quantiles(...shares: readonly number[]): number[] {
    return this.#waits.quantiles(...shares);
  }

  get keys(): KeyFigures[] {
    return [...this.#keys].map(([key, { requests, waits, waitMs, maxWaitMs }]) => ({
      key,
      requests,
      meanWaitMs: waits === 0 ? 0 : waitMs / waits,
      maxWaitMs,
    }));
  }

  #sums(key: string): KeySums {
    let sums = this.#keys.get(key);
    if (sums === undefined) {
      sums = { requests: 0, waits: 0, waitMs: 0, maxWaitMs: 0 };
      this.#keys.set(key, sums);
    }
    return sums;
  }
}
