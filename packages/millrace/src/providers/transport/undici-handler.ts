import type { Dispatcher } from "undici";
import type { ProviderError } from "../../model/errors.ts";
import { cancelled } from "./call-failure.ts";
import type { Call, Carrier } from "./call.ts";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Joins undici's callbacks with a call. */
export class UndiciHandler implements Dispatcher.DispatchHandler, Carrier {
  readonly #call: Call;
  readonly #startsOnFreshConnection: () => boolean;
  #controller: Dispatcher.DispatchController | undefined;
  #onReusedConnection = false;

  /** @param startsOnFreshConnection asked once, when the request goes out */
  constructor(call: Call, startsOnFreshConnection: () => boolean) {
    this.#call = call;
    this.#startsOnFreshConnection = startsOnFreshConnection;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#onReusedConnection = !this.#startsOnFreshConnection();
    // Cancelled while it waited for a connection: nothing is sent.
    if (this.#call.isOver) return controller.abort(cancelled());
    this.#call.carriedBy(this);
    this.#call.sent();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) this.#call.interim();
    else this.#call.answered(status, joined(headers));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#call.received(chunk);
  }

  onResponseEnd(): void {
    this.#call.completed();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#call.broke(error, this.#onReusedConnection);
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abandon(reason: ProviderError): void {
    this.#controller?.abort(reason);
  }
}

function joined(headers: Headers): Record<string, string> {
  const plain: [name: string, value: string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain.push([name, typeof value === "string" ? value : value.join(", ")]);
  }
  // Not by assignment: a server may send a header named `__proto__`.
  return Object.fromEntries(plain);
}
