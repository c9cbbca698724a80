import type { CancelSignal } from "../../model/cancellation.ts";

/** A call to a server, which is not stopped before all of them are over. */
export interface ServerUse {
  /** The call is over. Safe to call twice. */
  release(): void;
}

/** A use that is over, at the latest, when its caller leaves. */
export class CountedUse implements ServerUse {
  #signal: CancelSignal | undefined;
  #over: (() => void) | undefined;

  /** @param over hears, once, that the call is over */
  constructor(signal: CancelSignal | undefined, over: () => void) {
    this.#signal = signal;
    this.#over = over;
    signal?.addEventListener("abort", this);
    if (signal?.aborted === true) this.release();
  }

  handleEvent(): void {
    this.release();
  }

  release(): void {
    const over = this.#over;
    if (over === undefined) return;
    this.#over = undefined;
    this.#signal?.removeEventListener("abort", this);
    this.#signal = undefined;
    over();
  }
}
