import { InFlight } from "./in-flight.ts";
import type { Seats } from "./ports.ts";

/** Knows the requests being served here, and closes when the gateway drains. Who may be served at once has a seat. */
export class Gate {
  readonly seats: Seats;
  readonly #requests = new InFlight();
  #draining = false;

  constructor(seats: Seats = new OwnSeats()) {
    this.seats = seats;
  }

  get inFlight(): number {
    return this.#requests.count;
  }

  get draining(): boolean {
    return this.#draining;
  }

  enter(): void {
    this.#requests.enter();
  }

  leave(): void {
    this.#requests.leave();
  }

  /** From now on `draining` holds; resolves when nobody is inside. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#requests.over();
  }
}

/** Seats that no other gateway shares. */
class OwnSeats implements Seats {
  #taken = 0;

  take(max: number): number | undefined {
    if (max > 0 && this.#taken >= max) return undefined;
    this.#taken += 1;
    return this.#taken;
  }

  giveBack(): void {
    this.#taken -= 1;
  }
}
