import type { Clock, Timer } from "../../model/clock.ts";

export interface IdleClockOptions {
  readonly clock: Clock;
  /** 0 for no limit. */
  readonly limitMs: number;
  readonly isIdle: () => boolean;
  /** It has been idle for as long as it may. */
  readonly onLimit: () => void;
}

/** How long a server has been without calls. It has one timer at most: a busy server must not set one with every call. */
export class IdleClock {
  readonly #options: IdleClockOptions;
  #sinceMs = 0;
  #timer: Timer | undefined;

  constructor(options: IdleClockOptions) {
    this.#options = options;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** From now on it is idle. */
  begin(): void {
    this.#sinceMs = this.#options.clock.now();
  }

  /** Counts towards the limit, from when it was last used. */
  watch(): void {
    const { clock, isIdle, limitMs, onLimit } = this.#options;
    if (limitMs === 0 || this.#timer !== undefined) return;
    this.#timer = clock.setTimer(this.#sinceMs + limitMs - clock.now(), () => {
      this.#timer = undefined;
      if (!isIdle()) return;
      if (clock.now() - this.#sinceMs < limitMs) this.watch();
      else onLimit();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
