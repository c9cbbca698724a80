import type { StreamObserver } from "../../model/observation.ts";
import type { FailureReporter } from "./failure-reporter.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

/**
 * The bytes of a reply as they come, for whoever passes them on after showing them to the observer.
 *
 * Not a generator: leaving has to end the call at once, also while a read is waiting.
 */
export class PassedBytes implements AsyncIterableIterator<Uint8Array, void> {
  readonly #reply: UpstreamReply;
  readonly #observer: StreamObserver;
  readonly #failures: FailureReporter;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #begun = false;

  constructor(reply: UpstreamReply, observer: StreamObserver, failures: FailureReporter) {
    this.#reply = reply;
    this.#observer = observer;
    this.#failures = failures;
    this.#chunks = reply.body[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // Promises are chained, not awaited: this runs for every chunk of every stream.
  next(): Promise<IteratorResult<Uint8Array, void>> {
    this.#noteContent();
    return this.#chunks.next().then(this.#given, this.#failed);
  }

  readonly #given = (
    step: IteratorResult<Uint8Array, void>,
  ): IteratorResult<Uint8Array, void> | Promise<IteratorResult<Uint8Array, void>> =>
    step.done === true ? this.return() : step;

  readonly #failed = (error: unknown): never => {
    this.#reply.close();
    const { requestId } = this.#reply;
    throw this.#failures.from(error, { requestId, afterContent: this.#observer.seen.content });
  };

  async return(): Promise<IteratorResult<Uint8Array, void>> {
    this.#reply.close();
    return { done: true, value: undefined };
  }

  /** Only the observer knows content, and it sees a chunk after it was given. */
  #noteContent(): void {
    if (this.#begun || !this.#observer.seen.content) return;
    this.#begun = true;
    this.#reply.body.contentSeen();
  }
}
