import type { CancelSignal } from "../../model/cancellation.ts";
import type { ProviderResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { InferenceStream } from "../provider.ts";
import type { AnswerEvent } from "./answer-events.ts";

/**
 * Starts the call and gives its events, one batch per network chunk; a call that fails throws.
 * Aborting the signal makes it throw `cancelled` with what had arrived.
 */
export type StartCall = (signal: CancelSignal) => Promise<AsyncIterable<readonly AnswerEvent[]>>;

/**
 * An answer that is pulled: the first step of the iteration sends the request, each further one
 * reads on, and leaving stops the upstream. There is no task in the background and no queue, so
 * nothing is left over when the iteration is.
 */
export class PulledStream implements InferenceStream {
  readonly #start: StartCall;
  readonly #abort = new AbortController();
  readonly #outcome: Outcome = new Outcome();
  #taken: "no" | "iterated" | "drained" = "no";

  constructor(start: StartCall) {
    this.#start = start;
  }

  get response(): Promise<ProviderResponse> {
    // Whoever also iterates begins in the same turn; only then is it known that nobody does.
    if (this.#taken === "no") setImmediate(() => this.#drainUnlessTaken());
    return this.#outcome.promise;
  }

  cancel(): void {
    this.#abort.abort();
  }

  [Symbol.asyncIterator](): AsyncIterator<StreamEvent, void> {
    if (this.#taken === "iterated") throw new TypeError("This stream is already iterated: it can be read only once.");
    if (this.#taken === "drained") {
      throw new TypeError("This stream is being read by its `response`: iterate first, then await `response`.");
    }
    this.#taken = "iterated";
    const events = this.#events();
    return {
      next: () => events.next(),
      return: async () => {
        await this.#leave(events);
        return { done: true, value: undefined };
      },
    };
  }

  async *#events(): AsyncGenerator<StreamEvent, void> {
    try {
      for await (const batch of await this.#start(this.#abort.signal)) {
        for (const event of batch) {
          if (event.type === "finish") this.#outcome.resolve(event.response);
          yield event;
        }
      }
    } catch (error) {
      this.#outcome.reject(error);
      throw error;
    }
  }

  /** Ends the call and reads to its end, which comes at once and tells `response` how it ended. */
  async #leave(events: AsyncGenerator<StreamEvent, void>): Promise<void> {
    if (!this.#outcome.settled) this.#abort.abort();
    await drain(events);
  }

  #drainUnlessTaken(): void {
    if (this.#taken !== "no") return;
    this.#taken = "drained";
    void drain(this.#events());
  }
}

/** Reads to the end; how it ends is told by the outcome, not here. */
async function drain(events: AsyncGenerator<StreamEvent, void>): Promise<void> {
  try {
    while (!(await events.next()).done);
  } catch {
    // The outcome holds the error.
  }
}

/** A promise that may be left alone: a rejection nobody looks at is not an unhandled one. */
class Outcome {
  readonly promise: Promise<ProviderResponse>;
  settled = false;
  #resolve: (response: ProviderResponse) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => {});
  }

  resolve(response: ProviderResponse): void {
    this.settled = true;
    this.#resolve(response);
  }

  reject(error: unknown): void {
    this.settled = true;
    this.#reject(error);
  }
}
