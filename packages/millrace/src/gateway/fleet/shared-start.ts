import { Cancellation, type CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { ProviderError } from "../../model/errors.ts";
import type { GatewayProvider, StartWait } from "../../providers/provider.ts";
import { StartWaiter } from "./start-waiter.ts";

/** How the waiting for one server goes. */
export interface StartProgress {
  readonly count: number;
  /** When the first began to wait, on the clock that never goes back. */
  readonly sinceMs: number;
}

/** The provider's own wait, on behalf of everyone. */
interface Look {
  readonly leader: StartWaiter;
  readonly stop: Cancellation;
  readonly startedMs: number;
  /** When it ends, unless the server is seen to load: then it goes on. */
  readonly absentMs: number;
}

/**
 * Everyone who waits for one server. The provider waits with the budget of one of them, the leader; when that is used up
 * and somebody has more, it waits again with theirs. It stops when the last has left.
 */
export class SharedStart {
  readonly #provider: GatewayProvider;
  readonly #clock: Clock;
  readonly #over: () => void;
  readonly #waiters = new Set<StartWaiter>();
  readonly #sinceMs: number;
  #look: Look | undefined;
  /** The server is known to load, so that the longer budget counts, also for those who found nobody there. */
  #loads = false;

  /** @param over called when nobody waits any more; nobody may join after that */
  constructor(provider: GatewayProvider, clock: Clock, over: () => void) {
    this.#provider = provider;
    this.#clock = clock;
    this.#over = over;
    this.#sinceMs = clock.now();
  }

  get progress(): StartProgress {
    return { count: this.#waiters.size, sinceMs: this.#sinceMs };
  }

  join(error: ProviderError, wait: StartWait, signal: CancelSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const waiter = new StartWaiter({ error, wait, signal, joinedMs: this.#clock.now(), resolve, reject }, (left) => {
        this.#leave(left);
      });
      this.#waiters.add(waiter);
      if (error.kind === "loading") this.#loads = true;
      if (signal.aborted) waiter.handleEvent();
      else if (this.#look === undefined) this.#lead(waiter);
      else this.#follow(waiter);
    });
  }

  #lead(leader: StartWaiter): void {
    const nowMs = this.#clock.now();
    const wait = leader.remaining(nowMs, this.#loads);
    const look: Look = { leader, stop: new Cancellation(), startedMs: nowMs, absentMs: wait.absentMs };
    this.#look = look;
    leader.disarm();
    this.#provider.untilReady(leader.error, wait, { signal: look.stop }).then(
      (ready) => this.#looked(look, ready),
      (error: unknown) => this.#end((waiter) => waiter.reject(error)),
    );
  }

  /** Ends a wait that is shorter than the look it has joined. */
  #follow(waiter: StartWaiter): void {
    this.#seeWhetherItLoads();
    const leftMs = waiter.deadlineMs(this.#loads) - this.#clock.now();
    if (leftMs <= 0) waiter.resolve(false);
    else if (leftMs !== Infinity) waiter.arm(this.#clock.setTimer(leftMs, () => this.#follow(waiter)));
  }

  #looked(look: Look, ready: boolean): void {
    if (ready) {
      this.#end((waiter) => waiter.resolve(true));
      return;
    }
    this.#seeWhetherItLoads();
    look.leader.resolve(false);
    const nowMs = this.#clock.now();
    let longest: StartWaiter | undefined;
    for (const waiter of this.#waiters) {
      const deadlineMs = waiter.deadlineMs(this.#loads);
      if (deadlineMs <= nowMs) waiter.resolve(false);
      else if (longest === undefined || deadlineMs > longest.deadlineMs(this.#loads)) longest = waiter;
    }
    if (longest !== undefined) this.#lead(longest);
  }

  /** A look that outlasts the time for a server that is not there has found one that loads. */
  #seeWhetherItLoads(): void {
    if (this.#look === undefined) return;
    const { leader, startedMs, absentMs } = this.#look;
    if (leader.error.kind !== "loading" && this.#clock.now() - startedMs > absentMs) this.#loads = true;
  }

  #leave(waiter: StartWaiter): void {
    if (!this.#waiters.delete(waiter) || this.#waiters.size > 0) return;
    const look = this.#look;
    this.#look = undefined;
    this.#over();
    look?.stop.cancel();
  }

  #end(settle: (waiter: StartWaiter) => void): void {
    for (const waiter of this.#waiters) settle(waiter);
  }
}
