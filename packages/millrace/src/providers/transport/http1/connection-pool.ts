import type { Clock, Timer } from "../../../model/clock.ts";
import { cancelled } from "../call-failure.ts";
import type { Call } from "../call.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { Origin } from "./origin.ts";

/** Idle connections are looked for no more often than this; one that is over its time is never used. */
const SWEEP_INTERVAL_MS = 250;

/** Every connection there is, and which of them wait for a request. */
export class ConnectionPool implements ConnectionOwner {
  readonly #clock: Clock;
  readonly #all = new Set<Connection>();
  /** The one used last is on top, so that those nobody needs grow old. */
  readonly #idle = new Map<Origin, Connection[]>();
  /** Freed in this turn of the event loop. */
  #resting: Connection[] = [];
  #sweep: Timer | undefined;
  #sweepAtMs = Infinity;

  /** @param clock of the idle limit, which is a matter between the servers and us, and of no call */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** On the connection used last, if one is idle; else on a new one. There may be any number of them. */
  dispatch(call: Call, request: readonly Uint8Array[], origin: Origin): void {
    const idle = this.#idle.get(origin);
    for (let connection = idle?.pop(); connection !== undefined; connection = idle?.pop()) {
      if (connection.idleUntilMs > this.#clock.now()) return connection.carry(call, request);
      connection.destroy();
    }
    this.#all.add(new Connection(origin, this, call, request));
  }

  freed(connection: Connection): void {
    connection.idleUntilMs = this.#clock.now() + connection.idleLimitMs;
    const idle = this.#idle.get(connection.origin);
    if (idle === undefined) this.#idle.set(connection.origin, [connection]);
    else idle.push(connection);
    connection.rested = false;
    if (this.#resting.push(connection) === 1) setImmediate(() => this.#endRest());
    this.#sweepAt(connection.idleUntilMs);
  }

  unsent(call: Call, request: readonly Uint8Array[], origin: Origin): void {
    this.dispatch(call, request, origin);
  }

  closed(connection: Connection): void {
    this.#all.delete(connection);
    const idle = this.#idle.get(connection.origin);
    const at = idle?.lastIndexOf(connection) ?? -1;
    if (at >= 0) idle?.splice(at, 1);
  }

  /** Ends every connection, and the call on it as cancelled. */
  close(): void {
    this.#sweep?.cancel();
    this.#sweepAtMs = -Infinity;
    for (const connection of this.#all) connection.close(cancelled());
  }

  #endRest(): void {
    for (const connection of this.#resting) connection.rested = true;
    this.#resting = [];
  }

  #sweepAt(atMs: number): void {
    if (atMs >= this.#sweepAtMs) return;
    this.#sweep?.cancel();
    this.#sweepAtMs = atMs;
    this.#sweep = this.#clock.setTimer(atMs - this.#clock.now(), () => this.#sweepNow());
  }

  #sweepNow(): void {
    this.#sweepAtMs = Infinity;
    const nowMs = this.#clock.now();
    let nextMs = Infinity;
    for (const connection of this.#all) {
      if (connection.idleUntilMs <= nowMs) connection.destroy();
      else nextMs = Math.min(nextMs, connection.idleUntilMs);
    }
    if (nextMs !== Infinity) this.#sweepAt(Math.max(nextMs, nowMs + SWEEP_INTERVAL_MS));
  }
}
