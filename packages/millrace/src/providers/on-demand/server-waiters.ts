import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { ProviderError } from "../../model/errors.ts";
import type { ProcessPort } from "./process-port.ts";
import type { ServerUse } from "./server-use.ts";

interface Waiter {
  readonly sinceMs: number;
  readonly signal: CancelSignal | undefined;
  resolve(use: ServerUse): void;
  reject(error: ProviderError): void;
}

export interface WaitersOptions {
  readonly clock: Clock;
  readonly processes: Pick<ProcessPort, "stayAwake">;
  /** What a caller gets that left. */
  readonly left: () => ProviderError;
  /** Hears that the last one has left. */
  readonly onNone: () => void;
}

/** Calls that wait for one server, all for the same start. */
export class ServerWaiters {
  readonly #options: WaitersOptions;
  readonly #waiting = new Set<Waiter>();
  #sleep: (() => void) | undefined;

  constructor(options: WaitersOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#waiting.size;
  }

  /** When the first of those who wait began to. */
  get sinceMs(): number | undefined {
    const [first] = this.#waiting;
    return first?.sinceMs;
  }

  wait(signal: CancelSignal | undefined): Promise<ServerUse> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(this.#options.left());
        return;
      }
      const leave = (): void => {
        end();
        reject(this.#options.left());
        if (this.#waiting.size === 0) this.#options.onNone();
      };
      const end = (): void => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener("abort", leave);
        if (this.#waiting.size > 0) return;
        this.#sleep?.();
        this.#sleep = undefined;
      };
      const waiter: Waiter = {
        sinceMs: this.#options.clock.now(),
        signal,
        resolve: (use) => {
          end();
          resolve(use);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave);
      this.#waiting.add(waiter);
      // Our clock's timers let a process end, but somebody waits for this one.
      this.#sleep ??= this.#options.processes.stayAwake();
    });
  }

  /** Gives each its use. */
  serve(use: (signal: CancelSignal | undefined) => ServerUse): void {
    for (const waiter of this.#waiting) waiter.resolve(use(waiter.signal));
  }

  fail(error: () => ProviderError): void {
    for (const waiter of this.#waiting) waiter.reject(error());
  }
}
