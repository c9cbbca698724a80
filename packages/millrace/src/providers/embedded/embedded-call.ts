import { Cancellation, type CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import { cancelled, timedOut } from "../transport/call-failure.ts";
import { BodyQueue } from "../transport/body-queue.ts";
import { Deadlines } from "../transport/deadlines.ts";
import type { TransportReply, TransportRequest } from "../transport/transport.ts";

export interface EmbeddedCallOptions {
  readonly clock: Clock;
  readonly request: Pick<TransportRequest, "signal" | "timeouts">;
  /** For messages. */
  readonly host: string;
  /** Called once, when it is over. */
  readonly onEnd: () => void;
}

const TEXT = new TextEncoder();

/**
 * One call as a transport makes it, written to by whoever answers it. However it ends, it ends once. What is written
 * and not yet read is held: no more than one answer, which a model's context limits.
 */
export class EmbeddedCall {
  /** Settles when the reply's head is there. */
  readonly reply: Promise<TransportReply>;
  readonly #options: EmbeddedCallOptions;
  readonly #deadlines: Deadlines;
  readonly #left = new Cancellation();
  readonly #queue = new BodyQueue({
    pause: () => undefined,
    resume: () => undefined,
    abandon: () => this.cancel(),
  });
  readonly #leave: () => void;
  #resolve!: (reply: TransportReply) => void;
  #reject!: (error: unknown) => void;
  #opened = false;
  #ended = false;

  constructor(options: EmbeddedCallOptions) {
    const { clock, host, request } = options;
    this.#options = options;
    this.#deadlines = new Deadlines(clock, request.timeouts, (phase, limitMs) =>
      this.fail(timedOut(phase, limitMs, host)),
    );
    this.#leave = () => this.fail(cancelled(request.signal?.reason));
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  start(): void {
    const { signal } = this.#options.request;
    if (signal?.aborted === true) return this.#leave();
    signal?.addEventListener("abort", this.#leave);
    this.#deadlines.sent();
  }

  /** Fires when nobody waits for the answer any more. */
  get left(): CancelSignal {
    return this.#left;
  }

  /** Sends the head, the first time. */
  open(contentType: string, requestId: string): void {
    if (this.#opened || this.#ended) return;
    this.#opened = true;
    this.#deadlines.headersReceived();
    const body = {
      arrived: (maxBytes: number) => this.#queue.takeAll(maxBytes),
      contentSeen: () => this.#deadlines.contentSeen(),
      destroy: () => void this.#queue.return(),
      [Symbol.asyncIterator]: () => this.#queue,
    };
    this.#resolve({ status: 200, headers: { "content-type": contentType, "x-request-id": requestId }, body });
  }

  write(text: string): void {
    if (text === "" || this.#ended) return;
    this.#deadlines.byteReceived();
    this.#queue.push(TEXT.encode(text));
  }

  end(): void {
    if (this.#finish()) this.#queue.end();
  }

  fail(error: unknown): void {
    if (!this.#finish()) return;
    if (this.#opened) this.#queue.fail(error);
    else this.#reject(error);
    this.#left.cancel(error);
  }

  /** Ends the call as if its caller had. */
  cancel(): void {
    this.fail(cancelled());
  }

  /** Whether this was the moment it ended. */
  #finish(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#deadlines.stop();
    this.#options.request.signal?.removeEventListener("abort", this.#leave);
    this.#options.onEnd();
    return true;
  }
}
