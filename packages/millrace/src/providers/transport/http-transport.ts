import { providerError } from "../../model/errors.ts";
import type { Clock } from "../../model/clock.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { cancelled } from "./call-failure.ts";
import type { Caller } from "./caller.ts";
import { decodedBody } from "./decoded-body.ts";
import { Http1Caller } from "./http1/http1-caller.ts";
import { redirectOf } from "./redirect.ts";
import { systemClock } from "./system-clock.ts";
import type { ResolvedTls } from "./tls.ts";
import type { Transport, TransportReply, TransportRequest } from "./transport.ts";
import { UndiciCaller } from "./undici-caller.ts";

export interface HttpTransportOptions {
  readonly clock: Clock;
  readonly tls?: ResolvedTls;
}

/** Who carries requests by the scheme of their URL. */
export interface Callers {
  readonly http: Caller;
  /** https, and Unix sockets. */
  readonly other: Caller;
}

const REDIRECTS_MAX = 5;

/** HTTP/1.1: pooled connections, our own clocks, no fetch, no proxy. */
export function createHttpTransport({ clock, tls }: HttpTransportOptions): Transport {
  return new HttpTransport({
    http: new Http1Caller({ clock, idleClock: systemClock }),
    other: new UndiciCaller({ clock, ...(tls === undefined ? {} : { tls }) }),
  });
}

/** What does not depend on who carries a request: redirects, content codings, and the one free retry. */
export class HttpTransport implements Transport {
  readonly #callers: Callers;
  #closed = false;

  constructor(callers: Callers) {
    this.#callers = callers;
  }

  async send(request: TransportRequest): Promise<TransportReply> {
    let current = request;
    for (let redirects = 0; ; redirects += 1) {
      if (this.#closed) throw cancelled();
      const caller = current.url.startsWith("http://") ? this.#callers.http : this.#callers.other;
      const first = caller.call(current);
      let reply: TransportReply;
      try {
        reply = decoded(await first.reply);
      } catch (error) {
        // A pooled connection that the server closed just as we wrote has cost nobody anything: the request goes
        // out once more, on another one.
        if (!first.metStaleConnection || request.signal?.aborted || this.#closed) throw error;
        reply = decoded(await caller.call(current).reply);
      }
      if (reply.status < 300) return reply;
      const target = redirectOf(current, reply);
      if (target === undefined) return reply;
      reply.body.destroy();
      if (redirects === REDIRECTS_MAX) {
        throw providerError(
          failureOf("protocol", `${new URL(request.url).host} redirects more than ${REDIRECTS_MAX} times.`),
        );
      }
      current = { ...current, url: target };
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#callers.http.close(), this.#callers.other.close()]);
  }
}

function decoded(reply: TransportReply): TransportReply {
  const encoding = reply.headers["content-encoding"];
  return encoding === undefined ? reply : { ...reply, body: decodedBody(reply.body, encoding) };
}
