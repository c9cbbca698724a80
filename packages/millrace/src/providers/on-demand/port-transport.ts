import type { Transport, TransportReply, TransportRequest } from "../transport/transport.ts";

/** Where requests are addressed to while nobody knows the port yet. */
export const UNKNOWN_PORT = "http://127.0.0.1:0";

/** Puts the port that was chosen at the latest start in the place of the one that nobody knew. */
export class PortTransport implements Transport {
  readonly #below: Transport;
  #origin = UNKNOWN_PORT;

  constructor(below: Transport) {
    this.#below = below;
  }

  /** From now on requests go there. */
  use(port: number): void {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** An address as it is at the moment. */
  resolved(url: string): string {
    return url.startsWith(UNKNOWN_PORT) ? this.#origin + url.slice(UNKNOWN_PORT.length) : url;
  }

  send(request: TransportRequest): Promise<TransportReply> {
    return this.#below.send({ ...request, url: this.resolved(request.url) });
  }

  close(): Promise<void> {
    return this.#below.close();
  }
}
