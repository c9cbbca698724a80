import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cancellation } from "../../model/cancellation.ts";
import type { ClientReply } from "../../gateway/ports.ts";

/** A response of `node:http`, as the gateway wants it. */
export class NodeClientReply implements ClientReply {
  readonly #response: ServerResponse;
  readonly #message: IncomingMessage;
  #gone = false;
  #release: (() => void) | undefined;

  /** @param left is cancelled when the client leaves before the reply is complete */
  constructor(message: IncomingMessage, response: ServerResponse, left: Cancellation) {
    this.#message = message;
    this.#response = response;
    response.on("close", () => {
      this.#gone = true;
      this.#freed();
      if (!response.writableFinished) left.cancel();
    });
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.#gone) return;
    // A body that was not read to its end would be taken for the next request.
    const unread = !this.#message.complete && status >= 400;
    this.#response.writeHead(status, unread ? { ...headers, connection: "close" } : headers);
    // The head of a stream goes out before its first event.
    if (headers["content-length"] === undefined) this.#response.flushHeaders();
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#gone || this.#response.write(bytes);
  }

  drained(): Promise<void> {
    if (this.#gone || !this.#response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#release = resolve;
      this.#response.once("drain", () => this.#freed());
    });
  }

  end(bytes?: Uint8Array | string): void {
    if (this.#gone) return;
    if (bytes === undefined) this.#response.end();
    else this.#response.end(bytes);
  }

  #freed(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}
