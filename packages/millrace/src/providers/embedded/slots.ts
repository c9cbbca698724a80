import type { CancelSignal } from "../../model/cancellation.ts";
import { providerError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { cancelled } from "../transport/call-failure.ts";

/** So many may wait; whoever comes then had better ask somebody else. */
const WAITING_MAX = 256;

/** Places at the engine, given in the order in which they were asked for. */
export class Slots {
  readonly count: number;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.count = count;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves when there is a place, which is then taken.
   *
   * @throws {ProviderError} `cancelled` when the signal fires first, `overloaded` where too many wait
   */
  take(signal: CancelSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled(signal.reason));
    if (this.#taken < this.count) {
      this.#taken += 1;
      return Promise.resolve();
    }
    if (this.#waiting.size >= WAITING_MAX) {
      return Promise.reject(providerError(failureOf("overloaded", "Too many requests wait for the embedded engine.")));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(enter);
        reject(cancelled(signal.reason));
      };
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      this.#waiting.add(enter);
      signal.addEventListener("abort", leave);
    });
  }

  /** Gives a place back, to whoever has waited longest. */
  free(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
