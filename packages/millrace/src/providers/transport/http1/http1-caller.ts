import type { Clock } from "../../../model/clock.ts";
import { Call } from "../call.ts";
import type { Caller } from "../caller.ts";
import type { TransportRequest } from "../transport.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { Targets } from "./origin.ts";
import { requestBytes } from "./request-bytes.ts";

export interface Http1CallerOptions {
  /** Of the calls' limits. */
  readonly clock: Clock;
  /** Of the time connections wait for their next request. */
  readonly idleClock: Clock;
}

/** HTTP/1.1 over plain TCP on our own parser: the short way to the servers next door. */
export class Http1Caller implements Caller {
  readonly #clock: Clock;
  readonly #targets = new Targets();
  readonly #pool: ConnectionPool;

  constructor({ clock, idleClock }: Http1CallerOptions) {
    this.#clock = clock;
    this.#pool = new ConnectionPool(idleClock);
  }

  call(request: TransportRequest): Call {
    const target = this.#targets.of(request.url);
    const call = new Call({
      clock: this.#clock,
      timeouts: request.timeouts,
      host: target.origin.host,
      signal: request.signal,
    });
    call.start(() => this.#pool.dispatch(call, requestBytes(request, target), target.origin));
    return call;
  }

  async close(): Promise<void> {
    this.#pool.close();
  }
}
