import type { Clock, Timer } from "../model/clock.ts";
import { encodeSseComment } from "../wire/sse/encode.ts";
import type { ClientReply } from "./ports.ts";

type Headers = Readonly<Record<string, string>>;

const TEXT = new TextEncoder();
const KEEP_ALIVE = TEXT.encode(encodeSseComment("keep-alive"));

/**
 * The way to the client for one exchange: counts what goes out, and keeps a waiting stream alive.
 *
 * Everything written to a stream is whole events, so that a comment may come between any two writes.
 */
export class Outlet {
  readonly #reply: ClientReply;
  readonly #clock: Clock;
  #status: number | undefined;
  #bytes = 0;
  #full = false;
  #ended = false;
  #closing: (() => void) | undefined;
  #lastWriteMs = 0;
  /** What a waiting client is told instead of nothing, where there is something to tell. One line. */
  progress: (() => string) | undefined;
  #keepAlive:
    | { readonly everyMs: number; readonly head: Headers; readonly sign: Uint8Array | undefined; timer: Timer }
    | undefined;

  constructor(reply: ClientReply, clock: Clock) {
    this.#reply = reply;
    this.#clock = clock;
  }

  /** The status the client was sent; absent until then. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Bytes of the reply's body so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sends the head, unless a keep-alive already had to. */
  head(status: number, headers: Headers): void {
    if (this.#status !== undefined) return;
    this.#status = status;
    this.#reply.head(status, headers);
  }

  /** False when the client reads more slowly than we write: wait for `drained`. */
  write(bytes: Uint8Array): boolean {
    this.#bytes += bytes.length;
    this.#lastWriteMs = this.#clock.now();
    this.#full = !this.#reply.write(bytes);
    return !this.#full;
  }

  async drained(): Promise<void> {
    await this.#reply.drained();
    this.#full = false;
  }

  end(bytes?: Uint8Array): void {
    if (this.#ended) return;
    this.close();
    this.#ended = true;
    this.#bytes += bytes?.length ?? 0;
    this.#reply.end(bytes);
  }

  /**
   * Writes a comment, or the text that is given instead, whenever nothing went out for `everyMs`. The first one sends
   * `head` with status 200, if nothing did before.
   */
  keepAlive(everyMs: number, head: Headers, text?: string): void {
    if (everyMs <= 0 || this.#ended || this.#keepAlive !== undefined) return;
    this.#lastWriteMs = this.#clock.now();
    const sign = text === undefined ? undefined : TEXT.encode(text);
    this.#keepAlive = { everyMs, head, sign, timer: this.#timer(everyMs) };
  }

  /** Runs once: right before the reply is complete, or when the way closes without that. */
  beforeClosing(act: () => void): void {
    this.#closing = act;
  }

  /** Stops the keep-alive. Safe to call twice. */
  close(): void {
    this.#keepAlive?.timer.cancel();
    this.#keepAlive = undefined;
    const act = this.#closing;
    this.#closing = undefined;
    act?.();
  }

  // One timer that looks when it fires, instead of one that is set again with every chunk.
  #tick(): void {
    const keepAlive = this.#keepAlive;
    if (keepAlive === undefined) return;
    const quietMs = this.#clock.now() - this.#lastWriteMs;
    let nextMs = keepAlive.everyMs - quietMs;
    if (nextMs <= 0) {
      nextMs = keepAlive.everyMs;
      this.head(200, keepAlive.head);
      // A client that does not read needs no sign of life, and must not fill our memory with them.
      if (!this.#full) this.write(keepAlive.sign ?? this.#comment());
    }
    keepAlive.timer = this.#timer(nextMs);
  }

  #comment(): Uint8Array {
    return this.progress === undefined ? KEEP_ALIVE : TEXT.encode(encodeSseComment(this.progress()));
  }

  #timer(delayMs: number): Timer {
    return this.#clock.setTimer(delayMs, () => this.#tick());
  }
}
