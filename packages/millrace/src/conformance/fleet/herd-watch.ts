import type { HerdFigures } from "./figures.ts";

const SECOND_MS = 1000;
/** How long after its return a server is watched. */
const WATCHED_MS = 5000;
/** Of fewer calls a share says nothing, so a second lasts until there are as many. */
const CALLS_MIN = 20;

interface Watch {
  readonly slots: number;
  readonly untilMs: number;
  secondEndsMs: number;
  toServer: number;
  toAll: number;
}

/** Watches whether a server that was gone is run over by everybody when it is back. */
export class HerdWatch {
  readonly #awaited = new Map<string, number>();
  readonly #watches = new Map<string, Watch>();
  #recoveries = 0;
  #worstShare = 0;
  #worstFill = 0;

  /** The watch begins with the first call that the server is given again. */
  recovered(server: string, slots: number): void {
    this.#recoveries += 1;
    this.#awaited.set(server, slots);
    this.#watches.delete(server);
  }

  called(server: string, nowMs: number): void {
    const slots = this.#awaited.get(server);
    if (slots !== undefined) {
      this.#awaited.delete(server);
      const secondEndsMs = nowMs + SECOND_MS;
      this.#watches.set(server, { slots, untilMs: nowMs + WATCHED_MS, secondEndsMs, toServer: 0, toAll: 0 });
    }
    for (const [watched, watch] of this.#watches) {
      if (nowMs >= watch.secondEndsMs && watch.toAll >= CALLS_MIN) this.#endSecond(watched, watch, nowMs);
      watch.toAll += 1;
      if (watched === server) watch.toServer += 1;
    }
  }

  get figures(): HerdFigures {
    return { recoveries: this.#recoveries, worstShare: this.#worstShare, worstFill: this.#worstFill };
  }

  #endSecond(server: string, watch: Watch, nowMs: number): void {
    this.#worstShare = Math.max(this.#worstShare, watch.toServer / watch.toAll);
    this.#worstFill = Math.max(this.#worstFill, watch.toServer / watch.slots);
    if (nowMs >= watch.untilMs) this.#watches.delete(server);
    watch.secondEndsMs = nowMs + SECOND_MS;
    watch.toServer = 0;
    watch.toAll = 0;
  }
}
