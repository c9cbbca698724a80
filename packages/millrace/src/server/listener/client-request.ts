import type { CancelSignal } from "../../model/cancellation.ts";
import type { IncomingMessage } from "node:http";
import { ArrivingBody } from "./arriving-body.ts";
import { clientLeft, RefusalError } from "../../gateway/refusal.ts";
import type { ClientRequest } from "../../gateway/ports.ts";
import type { Clock } from "../../model/clock.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

/** How long a client may be silent while it sends its body. */
const BODY_SILENCE_MS = 30_000;

/** A request of `node:http`, as the gateway wants it. */
export class NodeClientRequest implements ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: ClientRequest["headers"];
  readonly remoteAddress: string;
  readonly signal: CancelSignal;
  readonly #message: IncomingMessage;
  readonly #clock: Clock;
  readonly #invite: () => void;

  /** @param invite asks a client that waits to be asked (`expect: 100-continue`) for its body */
  constructor(message: IncomingMessage, signal: CancelSignal, clock: Clock, invite: () => void) {
    // Clients that take us for a proxy send the whole URL.
    const url = message.url ?? "/";
    const target = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "");
    const question = target.indexOf("?");
    this.method = message.method ?? "GET";
    this.path = question < 0 ? target : target.slice(0, question);
    this.query = question < 0 ? "" : target.slice(question + 1);
    this.headers = message.headers;
    this.remoteAddress = message.socket.remoteAddress ?? "";
    this.signal = signal;
    this.#message = message;
    this.#clock = clock;
    this.#invite = invite;
  }

  readBody(maxBytes: number): Promise<Uint8Array> {
    const message = this.#message;
    return new Promise((resolve, reject) => {
      const body = new ArrivingBody(Number(message.headers["content-length"]));
      let heardMs = this.#clock.now();
      // One timer that looks when it fires, instead of one that is set again with every chunk.
      const look = (): void => {
        const leftMs = heardMs + BODY_SILENCE_MS - this.#clock.now();
        if (leftMs <= 0) settle(() => reject(tooSlow()));
        else timer = this.#clock.setTimer(leftMs, look);
      };
      let timer = this.#clock.setTimer(BODY_SILENCE_MS, look);
      const settle = (act: () => void): void => {
        timer.cancel();
        message.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
        act();
      };
      const onData = (chunk: Buffer): void => {
        heardMs = this.#clock.now();
        if (body.bytes + chunk.length > maxBytes) {
          // The rest is not kept, and reading stops; the reply closes the connection.
          message.pause();
          settle(() => reject(tooLarge(maxBytes)));
        } else {
          body.add(chunk);
        }
      };
      const onEnd = (): void => settle(() => resolve(body.whole()));
      const onClose = (): void => settle(() => reject(clientLeft()));
      message.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
      this.#invite();
    });
  }
}

function tooLarge(maxBytes: number): RefusalError {
  const message = `The body has more than the ${maxBytes} bytes that this gateway takes. Send less, or raise limits.body.`;
  return new RefusalError(
    failureOf("bad_request", message, {
      fault: "client",
      code: "body_too_large",
      status: 413,
      details: { limitBytes: maxBytes },
    }),
  );
}

function tooSlow(): RefusalError {
  const message = `The body stopped coming for ${BODY_SILENCE_MS / 1000} s. Send the request again.`;
  return new RefusalError(
    failureOf("timeout", message, { fault: "client", code: "body_timeout", status: 408, retry: "never" }),
  );
}
