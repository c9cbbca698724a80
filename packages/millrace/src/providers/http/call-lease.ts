import { Cancellation, type CancelSignal } from "../../model/cancellation.ts";

/** The lifetime of one call: a signal that fires when the caller or the provider ends it. */
export class CallLease extends Cancellation {
  #sources: readonly CancelSignal[];
  #ended: ((lease: CallLease) => void) | undefined;

  /** The server has work to do for it; the others only ask how it is. */
  readonly isWork: boolean;

  /** @param ended hears, once, that the call is over */
  constructor(sources: readonly CancelSignal[], isWork: boolean, ended: (lease: CallLease) => void) {
    super();
    this.isWork = isWork;
    this.#sources = sources;
    this.#ended = ended;
    for (const source of sources) {
      source.addEventListener("abort", this);
      if (source.aborted) this.cancel();
    }
  }

  /** One of the sources fired. */
  handleEvent(): void {
    this.cancel();
  }

  /** The call is over: nothing listens any more, and nothing of the request is held. Safe to call twice. */
  end(): void {
    const ended = this.#ended;
    if (ended === undefined) return;
    this.#ended = undefined;
    for (const source of this.#sources) source.removeEventListener("abort", this);
    this.#sources = [];
    ended(this);
  }
}
