import { connect, type Socket } from "node:net";
import type { ProviderError } from "../../../model/errors.ts";
import type { Call, Carrier } from "../call.ts";
import { idleLimitOf } from "./idle-limit.ts";
import type { Origin } from "./origin.ts";
import { ReplyError } from "./reply-error.ts";
import type { ReplyHead } from "./reply-head.ts";
import { ReplyParser, type ReplyListener } from "./reply-parser.ts";

/** What a connection tells of itself. */
export interface ConnectionOwner {
  /** The reply is complete and another request may follow. */
  freed(connection: Connection): void;
  /** Gone before anything of the call was sent: it needs another connection. */
  unsent(call: Call, request: readonly Uint8Array[], origin: Origin): void;
  closed(connection: Connection): void;
}

/** As undici does, so that connections through forgetful routers live. */
const KEEP_ALIVE_PROBE_MS = 60_000;

/**
 * One socket with at most one call on it. What the server says when it was not asked ends the connection: it
 * must never become the reply to the next request.
 */
export class Connection implements Carrier, ReplyListener {
  readonly origin: Origin;
  /** On the owner's clock: when it is closed if no request came. */
  idleUntilMs: number = Infinity;
  /** A turn of the event loop has passed since its last reply. */
  rested = false;
  /** What the server allows between two requests. */
  idleLimitMs = 0;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #parser: ReplyParser = new ReplyParser(this);
  #call: Call | undefined;
  #request: readonly Uint8Array[] = [];
  #sent = false;
  #reused = false;
  #heard = false;
  #gone = false;
  #paused = false;
  /** Of the last read, how much was the reply's. */
  #readBytes = 0;
  /** What of the body is in the bytes that are being read: from, to, from, to … */
  #stretches: number[] = [];

  /** Connects at once, for this call. */
  constructor(origin: Origin, owner: ConnectionOwner, call: Call, request: readonly Uint8Array[]) {
    this.origin = origin;
    this.#owner = owner;
    this.#take(call, request);
    this.#socket = connect({
      host: origin.hostname,
      port: origin.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    });
    this.#socket.on("connect", () => this.#send());
    this.#socket.on("data", (bytes: Buffer) => this.#read(bytes));
    this.#socket.on("end", () => this.#ended());
    this.#socket.on("error", (error) => this.#failed(error));
    this.#socket.on("close", () => this.#failed(new ReplyError("UND_ERR_SOCKET", "The connection was closed.")));
  }

  /** Carries another call on a connection that was idle. */
  carry(call: Call, request: readonly Uint8Array[]): void {
    this.#take(call, request);
    this.#reused = true;
    this.#socket.ref();
    // What the server sent or closed meanwhile is read first: it is no reply to what we are about to ask.
    setImmediate(this.rested ? sendOn : sendOnNextTurn, this);
  }

  sendNow(): void {
    if (!this.#gone && this.#call !== undefined) this.#send();
  }

  destroy(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#socket.destroy();
    this.#owner.closed(this);
  }

  /** Ends its call too, as failed with this. */
  close(reason: Error): void {
    const call = this.#call;
    this.#call = undefined;
    this.destroy();
    call?.broke(reason, false);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  abandon(_reason: ProviderError): void {
    this.#call = undefined;
    this.destroy();
  }

  onHead(head: ReplyHead): void {
    if (head.status < 200) return this.#call?.interim();
    this.idleLimitMs = head.keepsConnection ? idleLimitOf(head.headers) : 0;
    this.#call?.answered(head.status, head.headers);
  }

  onBody(from: number, to: number): void {
    this.#stretches.push(from, to);
  }

  #take(call: Call, request: readonly Uint8Array[]): void {
    this.#call = call;
    this.#request = request;
    this.#sent = false;
    this.#heard = false;
    this.idleUntilMs = Infinity;
    call.carriedBy(this);
  }

  #send(): void {
    const request = this.#request;
    this.#request = [];
    this.#sent = true;
    this.#parser.begin();
    this.#call?.sent();
    if (request.length > 1) this.#socket.cork();
    for (const piece of request) this.#socket.write(piece);
    if (request.length > 1) this.#socket.uncork();
  }

  #read(bytes: Buffer): void {
    if (this.#gone) return;
    if (!this.#sent || this.#call === undefined) {
      return this.#lost(new ReplyError("UND_ERR_SOCKET", "The server spoke without being asked."));
    }
    this.#heard = true;
    const mistake = this.#parse(bytes);
    if (mistake !== undefined) this.#lost(mistake);
    else if (this.#parser.isDone) this.#completed(this.#readBytes === bytes.length);
  }

  /** What is good before a mistake is given nevertheless. */
  #parse(bytes: Buffer): ReplyError | undefined {
    let mistake: ReplyError | undefined;
    try {
      this.#readBytes = this.#parser.read(bytes);
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
      mistake = error;
    }
    if (this.#stretches.length > 0) {
      this.#call?.received(joined(bytes, this.#stretches));
      this.#stretches.length = 0;
    }
    return mistake;
  }

  #completed(saidNoMore: boolean): void {
    const call = this.#call;
    this.#call = undefined;
    // A server that answered before it had all of the request may still be reading it, or not.
    const isFree = saidNoMore && this.idleLimitMs > 0 && this.#socket.writableLength === 0;
    if (this.#gone) return;
    if (isFree) {
      // Held back while the last bytes came.
      if (this.#paused) this.resume();
      this.#socket.unref();
      this.#owner.freed(this);
    } else this.destroy();
    call?.completed();
  }

  /** The server closes its half: all of a body that ends so, too little of any other. */
  #ended(): void {
    const error = this.#sent
      ? this.#parser.end()
      : new ReplyError("UND_ERR_SOCKET", "The server closed the connection.");
    if (error === undefined) this.#completed(false);
    else this.#lost(error);
  }

  #failed(error: Error): void {
    // Servers that close with the rest of our request unread reset what they have answered well.
    const isReset = "code" in error && error.code === "ECONNRESET" && this.#parser.isUntilClose;
    if (isReset && this.#call !== undefined) this.#ended();
    else this.#lost(error);
  }

  #lost(error: Error): void {
    const call = this.#call;
    const request = this.#request;
    this.#call = undefined;
    this.destroy();
    if (call === undefined) return;
    if (this.#reused && !this.#sent) this.#owner.unsent(call, request, this.origin);
    else call.broke(error, this.#reused && !this.#heard);
  }
}

/**
 * One piece for each read, whatever chunks it came in.
 *
 * @param stretches from, to, from, to …
 */
function joined(bytes: Buffer, stretches: readonly number[]): Uint8Array {
  const [from = 0, to = 0] = stretches;
  // A small part would keep all that was read alive for as long as it is held.
  if (stretches.length === 2 && (to - from) * 2 >= bytes.length) return bytes.subarray(from, to);
  let size = 0;
  for (let i = 0; i < stretches.length; i += 2) size += (stretches[i + 1] ?? 0) - (stretches[i] ?? 0);
  const piece = Buffer.allocUnsafe(size);
  let at = 0;
  for (let i = 0; i < stretches.length; i += 2) at += bytes.copy(piece, at, stretches[i], stretches[i + 1]);
  return piece;
}

function sendOnNextTurn(connection: Connection): void {
  setImmediate(sendOn, connection);
}

function sendOn(connection: Connection): void {
  connection.sendNow();
}
