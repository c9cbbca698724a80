import type { Failure } from "../../model/failure.ts";
import { startsFail } from "./start-failures.ts";

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** One that ended after it had been ready for this long did start; it is no reason to wait. */
const STABLE_MS = 10_000;

/** How soon a server that does not start may be started again: after a second, doubled with each failure. */
export class StartBackoff {
  #failures = 0;
  #latest: Failure | undefined;
  #untilMs = 0;

  failed(failure: Failure, nowMs: number): void {
    this.#failures += 1;
    this.#latest = failure;
    this.#untilMs = nowMs + Math.min(FIRST_MS * 2 ** (this.#failures - 1), LONGEST_MS);
  }

  /** It ended by itself after it had been ready. */
  ended(failure: Failure, readyMs: number, nowMs: number): void {
    if (readyMs >= STABLE_MS) this.worked();
    else this.failed(failure, nowMs);
  }

  /** It did what it should, until it was stopped. */
  worked(): void {
    this.#failures = 0;
    this.#latest = undefined;
    this.#untilMs = 0;
  }

  /** Why it must not be started now. */
  refusal(nowMs: number): Failure | undefined {
    if (this.#latest === undefined || nowMs >= this.#untilMs) return undefined;
    return startsFail(this.#latest, this.#failures, this.#untilMs - nowMs);
  }
}
