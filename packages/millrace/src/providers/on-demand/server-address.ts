import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { PortTransport } from "./port-transport.ts";
import { passed } from "./passed.ts";
import type { ProcessPort } from "./process-port.ts";
import { addressTaken } from "./start-failures.ts";

/** Between two looks whether the address is free. */
const FREE_AGAIN_MS = 250;

export interface ServerAddressOptions {
  readonly baseUrl: string;
  /** Where the port is chosen at each start. */
  readonly chosen: PortTransport | undefined;
  readonly processes: ProcessPort;
  readonly clock: Clock;
  /** How long a server that was there before may take to end. */
  readonly patienceMs: number;
}

/** Where an on-demand server listens. */
export class ServerAddress {
  readonly #options: ServerAddressOptions;

  constructor(options: ServerAddressOptions) {
    this.#options = options;
  }

  /** The port for the next start; 0 where it has none. Or why it cannot start there. */
  async next(signal: CancelSignal): Promise<number | Failure> {
    const { baseUrl, chosen, processes } = this.#options;
    if (chosen !== undefined) {
      const port = await processes.freePort();
      chosen.use(port);
      return port;
    }
    const { hostname, port, protocol } = new URL(baseUrl);
    if (protocol === "http+unix:") return 0;
    const host = hostname.replace(/^\[|\]$/gu, "");
    const fixed = Number(port) || (protocol === "https:" ? 443 : 80);
    return (await this.#isFree(host, fixed, signal)) ? fixed : addressTaken(host, fixed);
  }

  /** One that was there before may still be ending, such as that of a gateway that was killed. */
  async #isFree(host: string, port: number, signal: CancelSignal): Promise<boolean> {
    const { clock, patienceMs, processes } = this.#options;
    const endMs = clock.now() + patienceMs;
    while (await processes.isTaken(host, port)) {
      if (signal.aborted || clock.now() >= endMs) return false;
      await passed(clock, FREE_AGAIN_MS, signal);
    }
    return true;
  }
}
