import type { Clock } from "../../model/clock.ts";

/** How long, and for how many pieces, a complete stream may take to close by itself. */
const DRAIN_MS = 250;
const DRAIN_PIECES = 16;

/** The upstream's side of a relay: read one piece at a time, and never left running. */
export class Upstream<T> {
  readonly #pieces: AsyncIterator<T>;
  #over = false;

  constructor(pieces: AsyncIterable<T>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next piece; `undefined` at the end. Rejects with what the upstream's reader throws. */
  read(): Promise<T | undefined> {
    return this.#over ? Promise.resolve(undefined) : this.#pieces.next().then(this.#given);
  }

  readonly #given = (step: IteratorResult<T>): T | undefined => {
    if (step.done !== true) return step.value;
    this.#over = true;
    return undefined;
  };

  /** Ends the upstream at once. Safe to call twice. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    // The answer is over, however this ends: nobody is left to hear of a failure to stop.
    void this.#pieces.return?.().then(undefined, () => undefined);
  }

  /**
   * Reads past the answer's end to the end of the reply, so that the connection can be used again;
   * a server that does not come to an end soon loses it.
   */
  async drain(clock: Clock): Promise<void> {
    if (this.#over) return;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer(DRAIN_MS, resolve);
      void this.#readRest().then(() => {
        timer.cancel();
        resolve();
      });
    });
    this.stop();
  }

  async #readRest(): Promise<void> {
    try {
      for (let pieces = 0; pieces < DRAIN_PIECES; pieces += 1) {
        if ((await this.read()) === undefined) return;
      }
    } catch {
      // A connection that breaks after the answer is complete has broken nothing.
    }
  }
}
