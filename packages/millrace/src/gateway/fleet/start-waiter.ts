import type { CancelSignal } from "../../model/cancellation.ts";
import type { Timer } from "../../model/clock.ts";
import { type ProviderError, providerError } from "../../model/errors.ts";
import type { StartWait } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

interface Wait {
  /** What the server said. */
  readonly error: ProviderError;
  readonly wait: StartWait;
  readonly signal: CancelSignal;
  readonly joinedMs: number;
  readonly resolve: (ready: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** One request that waits for a server, with a budget and a signal of its own. */
export class StartWaiter {
  readonly #wait: Wait;
  readonly #left: (waiter: StartWaiter) => void;
  #timer: Timer | undefined;

  /** @param left called when it waits no more, whatever the reason */
  constructor(wait: Wait, left: (waiter: StartWaiter) => void) {
    this.#wait = wait;
    this.#left = left;
    wait.signal.addEventListener("abort", this);
  }

  get error(): ProviderError {
    return this.#wait.error;
  }

  /** Until when it waits, for a server that loads or for one that nobody has seen. */
  deadlineMs(loads: boolean): number {
    const { error, joinedMs, wait } = this.#wait;
    return joinedMs + (loads || error.kind === "loading" ? wait.loadingMs : wait.absentMs);
  }

  /** What is left of its budget. */
  remaining(nowMs: number, loads: boolean): StartWait {
    const { error, joinedMs, wait } = this.#wait;
    const waitedMs = nowMs - joinedMs;
    const loadingMs = Math.max(0, wait.loadingMs - waitedMs);
    // Others heard that it loads, so that this is not one that nobody has seen.
    const hearsay = loads && error.kind !== "loading";
    return { ...wait, loadingMs, absentMs: hearsay ? loadingMs : Math.max(0, wait.absentMs - waitedMs) };
  }

  /** Its own end comes with this timer. */
  arm(timer: Timer): void {
    this.#timer = timer;
  }

  /** Its end is the provider's to tell. */
  disarm(): void {
    this.#timer?.cancel();
  }

  resolve(ready: boolean): void {
    this.#leave();
    this.#wait.resolve(ready);
  }

  reject(error: unknown): void {
    this.#leave();
    this.#wait.reject(error);
  }

  /** The caller left. */
  handleEvent(): void {
    this.reject(providerError(failureOf("cancelled", "The caller left while the server was starting.")));
  }

  #leave(): void {
    this.disarm();
    this.#wait.signal.removeEventListener("abort", this);
    this.#left(this);
  }
}
