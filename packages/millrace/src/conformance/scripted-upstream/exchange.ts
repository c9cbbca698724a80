import type { Socket } from "node:net";
import type { ReceivedRequest } from "./received-request.ts";
import { chunk, jsonReply, LAST_CHUNK, streamHead, type ReplyHeaders } from "./reply-bytes.ts";

/** One request and the way back: a script decides what goes over the wire, byte by byte. */
export class UpstreamExchange {
  readonly request: ReceivedRequest;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #isClosed = false;

  constructor(request: ReceivedRequest, socket: Socket) {
    this.request = request;
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#isClosed = true;
        resolve();
      });
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Writes exactly these bytes; resolves when the kernel took them, or when the connection is gone. */
  send(bytes: string | Uint8Array): Promise<void> {
    // `closed` needs a turn of the event loop, which a script that sends in a loop must not take away.
    if (this.#socket.destroyed) return this.closed;
    return new Promise((resolve) => {
      this.#socket.write(bytes, () => resolve());
    });
  }

  /** Each piece is a write of its own, so that it can arrive on its own. */
  async sendPieces(pieces: Iterable<string | Uint8Array>): Promise<void> {
    for (const piece of pieces) {
      await this.send(piece);
      // Lets the other side read before the next write, or the kernel would join them.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async sendBytewise(bytes: string | Uint8Array): Promise<void> {
    const all = Buffer.from(bytes);
    await this.sendPieces(Array.from(all, (_, i) => all.subarray(i, i + 1)));
  }

  /**
   * Sends one piece after the other for as long as the connection stands, no faster than the peer reads.
   * An endless iterable makes an endless reply.
   */
  async sendWhileOpen(pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>): Promise<void> {
    for await (const piece of pieces) {
      if (this.#isClosed) return;
      await this.send(piece);
    }
  }

  json(value: unknown, status = 200, headers: ReplyHeaders = {}): Promise<void> {
    return this.send(jsonReply(status, value, headers));
  }

  /** A complete chunked event stream, one chunk per text. */
  async stream(texts: readonly string[], headers: ReplyHeaders = {}): Promise<void> {
    await this.send(streamHead(headers));
    for (const text of texts) await this.send(chunk(text));
    await this.send(LAST_CHUNK);
  }

  /** Closes our half: the peer reads an end, and may still write. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Ends the connection in order. */
  close(): void {
    this.#socket.destroySoon();
  }

  /** Ends the connection with RST: the peer reads an error. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
