import { Agent, buildConnector, type Dispatcher } from "undici";
import { providerError } from "../../model/errors.ts";
import type { Clock } from "../../model/clock.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { socketPathOf } from "./base-url.ts";
import { cancelled } from "./call-failure.ts";
import { decodedBody } from "./decoded-body.ts";
import { redirectOf } from "./redirect.ts";
import type { ResolvedTls } from "./tls.ts";
import type { Transport, TransportReply, TransportRequest } from "./transport.ts";
import { UndiciCall } from "./undici-call.ts";

export interface UndiciTransportOptions {
  readonly clock: Clock;
  readonly tls?: ResolvedTls;
}

const REDIRECTS_MAX = 5;
/** Under the 5 s after which llama-server closes an idle connection, so that few requests meet a closing one. */
const IDLE_CONNECTION_MS = 4000;
const RESPONSE_HEADER_BYTES_MAX = 64 * 1024;

/** HTTP/1.1 through undici's dispatch interface: pooled connections, our own clocks, no fetch, no proxy. */
export function createUndiciTransport(options: UndiciTransportOptions): Transport {
  return new UndiciTransport(options);
}

class UndiciTransport implements Transport {
  readonly #clock: Clock;
  readonly #tls: ResolvedTls | undefined;
  /** One agent for the network, one for each Unix socket. */
  readonly #agents = new Map<string, Agent>();
  /** Connections made for an origin that have not carried a request yet. */
  readonly #fresh = new Map<string, number>();
  #closed = false;

  constructor(options: UndiciTransportOptions) {
    this.#clock = options.clock;
    this.#tls = options.tls;
  }

  async send(request: TransportRequest): Promise<TransportReply> {
    let current = request;
    for (let redirects = 0; ; redirects += 1) {
      const reply = await this.#exchange(current);
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
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent.destroy(cancelled())));
  }

  /**
   * A pooled connection that the server closed just as we wrote has cost nobody anything: the request
   * goes out once more, on another one.
   */
  async #exchange(request: TransportRequest): Promise<TransportReply> {
    const first = this.#call(request);
    try {
      return this.#decoded(await first.reply);
    } catch (error) {
      if (!first.metStaleConnection || request.signal?.aborted) throw error;
      return this.#decoded(await this.#call(request).reply);
    }
  }

  #decoded(reply: TransportReply): TransportReply {
    const encoding = reply.headers["content-encoding"];
    return encoding === undefined ? reply : { ...reply, body: decodedBody(reply.body, encoding) };
  }

  #call(request: TransportRequest): UndiciCall {
    if (this.#closed) throw cancelled();
    const url = new URL(request.url);
    const socketPath = socketPathOf(url);
    const origin = socketPath === undefined ? url.origin : "http://localhost";
    const pool = socketPath ?? origin;
    const call = new UndiciCall({
      clock: this.#clock,
      timeouts: request.timeouts,
      host: socketPath ?? url.host,
      signal: request.signal,
      startsOnFreshConnection: () => this.#takeFresh(pool),
    });
    const options: Dispatcher.DispatchOptions = {
      origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    call.start(() => this.#agent(socketPath).dispatch(options, call));
    return call;
  }

  #takeFresh(pool: string): boolean {
    const fresh = this.#fresh.get(pool) ?? 0;
    if (fresh > 0) this.#fresh.set(pool, fresh - 1);
    return fresh > 0;
  }

  #agent(socketPath: string | undefined): Agent {
    const key = socketPath ?? "";
    const known = this.#agents.get(key);
    if (known) return known;
    const agent = new Agent({
      connect: this.#connector(socketPath),
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
    });
    this.#agents.set(key, agent);
    return agent;
  }

  #connector(socketPath: string | undefined): buildConnector.connector {
    const { ca, cert, key, checkServerIdentity } = this.#tls ?? {};
    const connect = buildConnector({
      allowH2: false,
      // Our own clock limits connecting, per call.
      timeout: 0,
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(ca === undefined ? {} : { ca: [...ca] }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(checkServerIdentity === undefined ? {} : { checkServerIdentity }),
    });
    return (options, callback) => {
      const pool = socketPath ?? `${options.protocol}//${options.host ?? options.hostname}`;
      connect(options, (error, socket) => {
        if (error !== null) return callback(error, null);
        this.#fresh.set(pool, (this.#fresh.get(pool) ?? 0) + 1);
        callback(null, socket);
      });
    };
  }
}
