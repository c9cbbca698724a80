import type { CancelSignal } from "../../model/cancellation.ts";
import type { ProviderError } from "../../model/errors.ts";
import type { Clock } from "../../model/clock.ts";
import type { Timeouts } from "../provider.ts";
import { BodyQueue, type Flow } from "./body-queue.ts";
import { brokenReply, cancelled, endlessInterim, noReply, timedOut } from "./call-failure.ts";
import { Deadlines } from "./deadlines.ts";
import type { ReplyBody, TransportReply } from "./transport.ts";

export interface CallOptions {
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** For messages. */
  readonly host: string;
  readonly signal: CancelSignal | undefined;
}

/** What carries a call: how to hold it back, and to end it at once. */
export interface Carrier {
  pause(): void;
  resume(): void;
  /** The call is over before its end; nothing more is heard of it. */
  abandon(reason: ProviderError): void;
}

/** Servers say "still at it" every few seconds at most; more than this in one call is no sign of life. */
const INTERIM_RESPONSES_MAX = 1000;

/**
 * One request on its way: joins what its carrier hears with our clocks and the caller's signal. However it
 * ends, it ends once, and then neither timer nor listener is left.
 */
export class Call implements Flow, ReplyBody {
  /** Settles when the response's headers are in. */
  readonly reply: Promise<TransportReply>;
  readonly #options: CallOptions;
  readonly #deadlines: Deadlines;
  readonly #queue: BodyQueue;
  #resolve!: (reply: TransportReply) => void;
  #reject!: (error: unknown) => void;
  #carrier: Carrier | undefined;
  #interimResponses = 0;
  #answered = false;
  #ended = false;
  #metStaleConnection = false;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, options.timeouts, (phase, limitMs) =>
      this.#fail(timedOut(phase, limitMs, options.host)),
    );
    this.#queue = new BodyQueue(this);
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The connection had been used before and died before a byte of the reply: nothing was answered. */
  get metStaleConnection(): boolean {
    return this.#metStaleConnection;
  }

  get isOver(): boolean {
    return this.#ended;
  }

  /** @param dispatch looks for a connection, unless the caller has left already */
  start(dispatch: () => void): void {
    const { signal, host } = this.#options;
    if (signal?.aborted) return this.handleEvent();
    signal?.addEventListener("abort", this);
    this.#deadlines.connecting();
    try {
      dispatch();
    } catch (error) {
      this.#fail(noReply(error, host));
    }
  }

  /** Whoever looks for a connection, or has it. */
  carriedBy(carrier: Carrier): void {
    this.#carrier = carrier;
  }

  /** The connection stands and the request goes out. */
  sent(): void {
    this.#deadlines.sent();
  }

  /** Says that something will come; the reply is still to come. */
  interim(): void {
    this.#interimResponses += 1;
    if (this.#interimResponses > INTERIM_RESPONSES_MAX) this.#fail(endlessInterim(this.#options.host));
  }

  answered(status: number, headers: TransportReply["headers"]): void {
    if (this.#ended) return;
    this.#answered = true;
    this.#deadlines.headersReceived();
    // A refusal has nothing to think about behind its headers.
    if (status >= 300) this.#deadlines.resume();
    this.#resolve({ status, headers, body: this });
  }

  received(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#deadlines.byteReceived();
    this.#queue.push(chunk);
  }

  completed(): void {
    if (this.#finish()) this.#queue.end();
  }

  /** @param stale nothing was heard on a connection that had been used before */
  broke(error: Error, stale: boolean): void {
    if (this.#ended) return;
    const { host } = this.#options;
    if (this.#answered) return this.#fail(brokenReply(error, host));
    this.#metStaleConnection = stale;
    this.#fail(noReply(error, host));
  }

  arrived(maxBytes: number): readonly Uint8Array[] | undefined {
    return this.#queue.takeAll(maxBytes);
  }

  contentSeen(): void {
    this.#deadlines.contentSeen();
  }

  /** Every good reply is left too, after its end; an error is only made for those that are not over. */
  destroy(): void {
    if (!this.#ended) this.#fail(cancelled());
  }

  [Symbol.asyncIterator](): BodyQueue {
    return this.#queue;
  }

  pause(): void {
    this.#deadlines.pause();
    this.#carrier?.pause();
  }

  resume(): void {
    this.#deadlines.resume();
    this.#carrier?.resume();
  }

  abandon(): void {
    this.destroy();
  }

  /** The caller's signal fired. */
  handleEvent(): void {
    this.#fail(cancelled(this.#options.signal?.reason));
  }

  #fail(error: ProviderError): void {
    const carrier = this.#carrier;
    if (!this.#finish()) return;
    if (this.#answered) this.#queue.fail(error);
    else this.#reject(error);
    carrier?.abandon(error);
  }

  /** Whether this was the moment it ended. */
  #finish(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    // It may carry another call soon, which this one's reader must not hold back.
    this.#carrier = undefined;
    this.#deadlines.stop();
    this.#options.signal?.removeEventListener("abort", this);
    return true;
  }
}
