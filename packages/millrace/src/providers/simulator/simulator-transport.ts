import type { Clock } from "../../model/clock.ts";
import { cancelled } from "../transport/call-failure.ts";
import { wholeBody } from "../transport/request-body.ts";
import type { Transport, TransportReply, TransportRequest } from "../transport/transport.ts";
import { answer } from "./answer.ts";
import { SimulatedCall } from "./simulated-call.ts";

/** A way out that leads nowhere: a model server without a model answers in the same process. */
export function createSimulatorTransport(clock: Clock): Transport {
  return new SimulatorTransport(clock);
}

class SimulatorTransport implements Transport {
  readonly #clock: Clock;
  readonly #calls = new Set<SimulatedCall>();
  #requests = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  send(request: TransportRequest): Promise<TransportReply> {
    if (this.#closed) return Promise.reject(cancelled());
    this.#requests += 1;
    const id = `sim-${this.#requests}`;
    const { pathname, host } = new URL(request.url);
    const body = new TextDecoder().decode(wholeBody(request.body));
    const acts = answer(
      { method: request.method, path: pathname, body },
      { id, createdSec: Math.floor(this.#clock.wallNow() / 1000) },
    );
    const call = new SimulatedCall(acts, {
      clock: this.#clock,
      request,
      host,
      headers: { "x-request-id": id },
      onEnd: () => void this.#calls.delete(call),
    });
    this.#calls.add(call);
    call.start();
    return call.reply;
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const call of this.#calls) call.cancel();
    return Promise.resolve();
  }
}
