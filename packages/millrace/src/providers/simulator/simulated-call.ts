import type { Clock, Timer } from "../../model/clock.ts";
import type { ProviderError } from "../../model/errors.ts";
import { brokenReply, cancelled, timedOut } from "../transport/call-failure.ts";
import { Deadlines } from "../transport/deadlines.ts";
import { stayAwake } from "../transport/stay-awake.ts";
import type { TransportReply, TransportRequest } from "../transport/transport.ts";
import type { Act } from "./act.ts";

export interface SimulatedCallOptions {
  readonly clock: Clock;
  readonly request: Pick<TransportRequest, "signal" | "timeouts">;
  /** For messages. */
  readonly host: string;
  /** Sent with every reply. */
  readonly headers: Readonly<Record<string, string>>;
  /** Called once, when it is over. */
  readonly onEnd: () => void;
}

type Chunk = IteratorResult<Uint8Array>;

/** Whoever waits for the next chunk. */
interface Reader {
  resolve(chunk: Chunk): void;
  reject(error: unknown): void;
}

const TEXT = new TextEncoder();
const DONE: Chunk = { done: true, value: undefined };

/**
 * One call as a transport makes it, except that acts stand where the network would be. It goes on only while
 * somebody waits for it. However it ends, it ends once, and then neither timer nor listener is left.
 */
export class SimulatedCall implements AsyncIterableIterator<Uint8Array> {
  /** Settles when the reply's head is there. */
  readonly reply: Promise<TransportReply>;
  readonly #options: SimulatedCallOptions;
  readonly #acts: Iterator<Act>;
  readonly #deadlines: Deadlines;
  readonly #cancel: () => void;
  #resolve!: (reply: TransportReply) => void;
  #reject!: (error: unknown) => void;
  #answered = false;
  #ended = false;
  #error: ProviderError | undefined;
  #reader: Reader | undefined;
  #timer: Timer | undefined;
  #letSleep: (() => void) | undefined;

  constructor(acts: Iterable<Act>, options: SimulatedCallOptions) {
    const { clock, request, host } = options;
    this.#options = options;
    this.#acts = acts[Symbol.iterator]();
    this.#deadlines = new Deadlines(clock, request.timeouts, (phase, limitMs) =>
      this.#fail(timedOut(phase, limitMs, host)),
    );
    this.#cancel = () => this.#fail(cancelled(request.signal?.reason));
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  start(): void {
    const { signal } = this.#options.request;
    if (signal?.aborted) return this.#cancel();
    signal?.addEventListener("abort", this.#cancel);
    // As a call over a network would.
    this.#letSleep = stayAwake();
    this.#deadlines.sent();
    this.#goOn();
  }

  /** Ends the call as if its caller had. */
  cancel(): void {
    this.#fail(cancelled());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Chunk> {
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#deadlines.resume();
      this.#goOn();
    });
  }

  return(): Promise<Chunk> {
    this.cancel();
    this.#error = undefined;
    return Promise.resolve(DONE);
  }

  /** In a turn of its own, as bytes from a network come: a reader in a loop must not keep timers from firing. */
  #goOn(): void {
    setImmediate(() => this.#act());
  }

  #act(): void {
    if (this.#ended) return;
    const { done, value: act } = this.#acts.next();
    if (done === true) return this.#end();
    switch (act.type) {
      case "head":
        return this.#answer(act.status, act.headers);
      case "send":
        return this.#send(TEXT.encode(act.text));
      case "wait":
        this.#timer = this.#options.clock.setTimer(act.ms, () => this.#act());
        return undefined;
      case "cut":
        return this.#fail(brokenReply(undefined, this.#options.host));
      case "hang":
        return undefined;
    }
  }

  #answer(status: number, headers: Readonly<Record<string, string>>): void {
    this.#answered = true;
    this.#deadlines.headersReceived();
    // Until somebody reads, silence is the reader's doing.
    this.#deadlines.pause();
    const body = {
      contentSeen: () => this.#deadlines.contentSeen(),
      destroy: () => this.cancel(),
      [Symbol.asyncIterator]: () => this,
    };
    this.#resolve({ status, headers: { ...this.#options.headers, ...headers }, body });
  }

  #send(bytes: Uint8Array): void {
    this.#deadlines.byteReceived();
    this.#deadlines.pause();
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve({ done: false, value: bytes });
  }

  #end(): void {
    if (!this.#finish()) return;
    this.#reader?.resolve(DONE);
  }

  #fail(error: ProviderError): void {
    if (!this.#finish()) return;
    if (!this.#answered) this.#reject(error);
    else if (this.#reader === undefined) this.#error = error;
    else this.#reader.reject(error);
  }

  /** Whether this was the moment it ended. */
  #finish(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#timer?.cancel();
    this.#letSleep?.();
    this.#deadlines.stop();
    this.#options.request.signal?.removeEventListener("abort", this.#cancel);
    this.#options.onEnd();
    return true;
  }
}
