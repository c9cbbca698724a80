import type { Dispatcher } from "undici";
import type { ProviderError } from "../../model/errors.ts";
import type { Clock } from "../../model/clock.ts";
import type { Timeouts } from "../provider.ts";
import { BodyQueue } from "./body-queue.ts";
import { brokenReply, cancelled, endlessInterim, noReply, timedOut } from "./call-failure.ts";
import { Deadlines } from "./deadlines.ts";
import type { ReplyBody, TransportReply } from "./transport.ts";

export interface UndiciCallOptions {
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** For messages. */
  readonly host: string;
  readonly signal: AbortSignal | undefined;
  /** Asked once, when the request goes out. */
  readonly startsOnFreshConnection: () => boolean;
}

/** Servers say "still at it" every few seconds at most; more than this in one call is no sign of life. */
const INTERIM_RESPONSES_MAX = 1000;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * One request on its way through undici: joins its callbacks with our clocks and the caller's signal.
 * However it ends, it ends once, and then neither timer nor listener is left.
 */
export class UndiciCall implements Dispatcher.DispatchHandler {
  /** Settles when the response's headers are in. */
  readonly reply: Promise<TransportReply>;
  readonly #options: UndiciCallOptions;
  readonly #deadlines: Deadlines;
  readonly #queue: BodyQueue;
  readonly #cancel: () => void;
  #resolve!: (reply: TransportReply) => void;
  #reject!: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #interimResponses = 0;
  #answered = false;
  #ended = false;
  #onReusedConnection = false;
  #metStaleConnection = false;

  constructor(options: UndiciCallOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, options.timeouts, (phase, limitMs) =>
      this.#fail(timedOut(phase, limitMs, options.host)),
    );
    this.#queue = new BodyQueue({
      pause: () => {
        this.#deadlines.pause();
        this.#controller?.pause();
      },
      resume: () => {
        this.#deadlines.resume();
        this.#controller?.resume();
      },
      abandon: () => this.#leave(),
    });
    this.#cancel = () => this.#fail(cancelled(options.signal?.reason));
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The connection had been used before and died before a byte of the reply: nothing was answered. */
  get metStaleConnection(): boolean {
    return this.#metStaleConnection;
  }

  start(dispatch: () => void): void {
    const { signal } = this.#options;
    if (signal?.aborted) return this.#cancel();
    signal?.addEventListener("abort", this.#cancel);
    this.#deadlines.connecting();
    try {
      dispatch();
    } catch (error) {
      this.#fail(noReply(error, this.#options.host));
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#onReusedConnection = !this.#options.startsOnFreshConnection();
    // Cancelled while it waited for a connection: nothing is sent.
    if (this.#ended) controller.abort(cancelled());
    else this.#deadlines.sent();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (this.#ended) return;
    if (status < 200) return this.#interim();
    this.#answered = true;
    this.#deadlines.headersReceived();
    // A refusal has nothing to think about behind its headers.
    if (status >= 300) this.#deadlines.resume();
    this.#resolve({ status, headers: joined(headers), body: this.#body() });
  }

  /** Says that something will come; the reply is still to come. */
  #interim(): void {
    this.#interimResponses += 1;
    if (this.#interimResponses > INTERIM_RESPONSES_MAX) this.#fail(endlessInterim(this.#options.host));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    this.#deadlines.byteReceived();
    this.#queue.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#finish()) return;
    this.#queue.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#ended) return;
    const { host } = this.#options;
    if (this.#answered) return this.#fail(brokenReply(error, host));
    this.#metStaleConnection = this.#onReusedConnection;
    this.#fail(noReply(error, host));
  }

  #body(): ReplyBody {
    const queue = this.#queue;
    return {
      contentSeen: () => this.#deadlines.contentSeen(),
      destroy: () => this.#leave(),
      [Symbol.asyncIterator]: () => queue,
    };
  }

  /** Every good reply is left too, after its end; an error is only made for those that are not over. */
  #leave(): void {
    if (!this.#ended) this.#fail(cancelled());
  }

  #fail(error: ProviderError): void {
    if (!this.#finish()) return;
    if (this.#answered) this.#queue.fail(error);
    else this.#reject(error);
    this.#controller?.abort(error);
  }

  /** Whether this was the moment it ended. */
  #finish(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#deadlines.stop();
    this.#options.signal?.removeEventListener("abort", this.#cancel);
    return true;
  }
}

function joined(headers: Headers): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = typeof value === "string" ? value : value.join(", ");
  }
  return plain;
}
