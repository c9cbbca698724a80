import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import { lookAt, type Place, type Sighting } from "../../providers/discovery/local-look.ts";
import { createHttpTransport } from "../../providers/transport/http-transport.ts";
import type { Transport } from "../../providers/transport/transport.ts";

/** Looks at local addresses, again and again. */
export interface Looker {
  look(
    places: readonly Place[],
    options: { readonly budgetMs: number; readonly signal: CancelSignal },
  ): Promise<readonly Sighting[]>;
  close(): Promise<void>;
}

/** One that asks over HTTP, and keeps its connections. */
export class HttpLooker implements Looker {
  readonly #clock: Clock;
  #transport: Transport | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  look(
    places: readonly Place[],
    options: { readonly budgetMs: number; readonly signal: CancelSignal },
  ): Promise<readonly Sighting[]> {
    this.#transport ??= createHttpTransport({ clock: this.#clock });
    return lookAt(places, { ...options, transport: this.#transport, clock: this.#clock });
  }

  async close(): Promise<void> {
    await this.#transport?.close();
  }
}
