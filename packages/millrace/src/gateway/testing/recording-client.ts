import type { JsonValue } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { ClientReply, ClientRequest } from "../ports.ts";
import { CLIENT_CLOSED, RefusalError } from "../refusal.ts";

/** One request as a test makes it. */
export interface RecordingClientOptions {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text or bytes go as they are; any other value goes as JSON. */
  readonly body?: JsonValue | Uint8Array;
  /** The body never comes. */
  readonly silent?: boolean;
  /** How many unread bytes the way to the client holds before a write says "wait". */
  readonly roomBytes?: number;
}

/**
 * A client in memory that is as awkward as a real one: it may read slowly (nothing is read unless
 * `read` is called, where `roomBytes` is given), send its body never, and leave at any moment.
 */
export class RecordingClient {
  readonly request: ClientRequest;
  readonly reply: ClientReply;
  status: number | undefined;
  headers: Readonly<Record<string, string>> = {};
  ended = false;
  /** How often a head was sent, and how often the reply was ended: once each, in good order. */
  heads = 0;
  ends = 0;
  bodyReads = 0;
  readonly #leaving = new AbortController();
  readonly #roomBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #unreadBytes = 0;
  #mostUnreadBytes = 0;
  #drained: (() => void)[] = [];
  #watching: (() => void)[] = [];

  constructor(options: RecordingClientOptions = {}) {
    this.#roomBytes = options.roomBytes ?? Infinity;
    this.request = {
      method: options.method ?? "POST",
      path: options.path ?? "/v1/chat/completions",
      query: options.query ?? "",
      headers: options.headers ?? {},
      remoteAddress: "127.0.0.1",
      signal: this.#leaving.signal,
      readBody: (maxBytes) => this.#readBody(options, maxBytes),
    };
    this.reply = this.#replyPort();
  }

  get text(): string {
    return new TextDecoder().decode(join(this.#pieces));
  }

  get json(): JsonValue {
    return JSON.parse(this.text) as JsonValue;
  }

  /** The most that ever waited on the way to the client. */
  get mostUnreadBytes(): number {
    return this.#mostUnreadBytes;
  }

  /** Takes everything that waits, which makes room. */
  read(): void {
    this.#unreadBytes = 0;
    const drained = this.#drained;
    this.#drained = [];
    for (const resolve of drained) resolve();
  }

  /** Closes the connection. */
  leave(): void {
    this.#leaving.abort();
    this.read();
  }

  /** Resolves as soon as the condition holds; it is looked at after everything the gateway does to the reply. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watching.push(resolve));
  }

  #replyPort(): ClientReply {
    const isHeadSent = (): boolean => this.heads > 0;
    return {
      get headSent() {
        return isHeadSent();
      },
      head: (status, headers) => {
        this.heads += 1;
        this.status = status;
        this.headers = headers;
        this.#changed();
      },
      write: (bytes) => this.#write(bytes),
      drained: () => {
        if (this.#leaving.signal.aborted || this.#unreadBytes <= this.#roomBytes) return Promise.resolve();
        return new Promise<void>((resolve) => this.#drained.push(resolve));
      },
      end: (bytes) => {
        if (bytes !== undefined) this.#write(bytes);
        this.ends += 1;
        this.ended = true;
        this.#changed();
      },
    };
  }

  #write(bytes: Uint8Array | string): boolean {
    if (this.#leaving.signal.aborted || this.ended) return true;
    const piece = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes.slice();
    this.#pieces.push(piece);
    if (this.#roomBytes !== Infinity) this.#unreadBytes += piece.length;
    this.#mostUnreadBytes = Math.max(this.#mostUnreadBytes, this.#unreadBytes);
    this.#changed();
    return this.#unreadBytes <= this.#roomBytes;
  }

  #changed(): void {
    const watching = this.#watching;
    this.#watching = [];
    for (const resolve of watching) resolve();
  }

  #readBody(options: RecordingClientOptions, maxBytes: number): Promise<Uint8Array> {
    this.bodyReads += 1;
    const bytes = bytesOf(options.body);
    return new Promise((resolve, reject) => {
      const leave = (): void =>
        reject(new RefusalError(failureOf("cancelled", "The client left.", { code: CLIENT_CLOSED })));
      if (this.#leaving.signal.aborted) leave();
      this.#leaving.signal.addEventListener("abort", leave);
      if (options.silent === true) return;
      if (bytes.length <= maxBytes) resolve(bytes);
      else
        reject(
          new RefusalError(
            failureOf("bad_request", `More than ${maxBytes} bytes.`, { code: "body_too_large", status: 413 }),
          ),
        );
    });
  }
}

function bytesOf(body: JsonValue | Uint8Array | undefined): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (body === undefined) return new Uint8Array();
  return new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
