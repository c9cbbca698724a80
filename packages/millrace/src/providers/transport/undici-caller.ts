import type * as UndiciModule from "undici";
import type { Agent, buildConnector, Dispatcher } from "undici";
import type { Clock } from "../../model/clock.ts";
import { socketPathOf } from "./base-url.ts";
import { cancelled } from "./call-failure.ts";
import { Call } from "./call.ts";
import type { Caller } from "./caller.ts";
import { IDLE_CONNECTION_MS } from "./http1/idle-limit.ts";
import { SlicedBody, wholeBody } from "./request-body.ts";
import type { ResolvedTls } from "./tls.ts";
import type { TransportRequest } from "./transport.ts";
import { UndiciHandler } from "./undici-handler.ts";

export interface UndiciCallerOptions {
  readonly clock: Clock;
  readonly tls?: ResolvedTls;
}

const RESPONSE_HEADER_BYTES_MAX = 64 * 1024;

/** From here on, in bytes, a body is given bit by bit: TLS encrypts in one go what it is given at once. */
const SLICED_BYTES_MIN = 1024 * 1024;

type Undici = typeof UndiciModule;
/** There once it was needed: who only talks to servers next door starts sooner and smaller without. */
let undici: Undici | undefined;

/** HTTP/1.1 through undici's dispatch interface: for TLS and Unix sockets. */
export class UndiciCaller implements Caller {
  readonly #clock: Clock;
  readonly #tls: ResolvedTls | undefined;
  /** One agent for the network, one for each Unix socket. */
  readonly #agents = new Map<string, Agent>();
  /** Connections made for an origin that have not carried a request yet. */
  readonly #fresh = new Map<string, number>();
  #closed = false;

  constructor(options: UndiciCallerOptions) {
    this.#clock = options.clock;
    this.#tls = options.tls;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent.destroy(cancelled())));
  }

  call(request: TransportRequest): Call {
    const url = new URL(request.url);
    const socketPath = socketPathOf(url);
    const origin = socketPath === undefined ? url.origin : "http://localhost";
    const pool = socketPath ?? origin;
    const call = new Call({
      clock: this.#clock,
      timeouts: request.timeouts,
      host: socketPath ?? url.host,
      signal: request.signal,
    });
    const handler = new UndiciHandler(call, () => this.#takeFresh(pool));
    call.start(() => {
      const options = dispatchOptions(request, url, origin);
      if (undici === undefined) void this.#load().then(() => this.#dispatchLate(call, socketPath, options, handler));
      else this.#agent(undici, socketPath).dispatch(options, handler);
    });
    return call;
  }

  async #load(): Promise<void> {
    undici = await import("undici");
  }

  /** The caller or the provider may have left while the client was loading. */
  #dispatchLate(
    call: Call,
    socketPath: string | undefined,
    options: Dispatcher.DispatchOptions,
    handler: UndiciHandler,
  ): void {
    if (this.#closed) call.destroy();
    if (call.isOver || undici === undefined) return;
    try {
      this.#agent(undici, socketPath).dispatch(options, handler);
    } catch (error) {
      call.broke(error instanceof Error ? error : new Error(String(error)), false);
    }
  }

  #takeFresh(pool: string): boolean {
    const fresh = this.#fresh.get(pool) ?? 0;
    if (fresh > 0) this.#fresh.set(pool, fresh - 1);
    return fresh > 0;
  }

  #agent({ Agent, buildConnector: build }: Undici, socketPath: string | undefined): Agent {
    const key = socketPath ?? "";
    const known = this.#agents.get(key);
    if (known) return known;
    const agent = new Agent({
      connect: this.#connector(build, socketPath),
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
    });
    this.#agents.set(key, agent);
    return agent;
  }

  #connector(build: Undici["buildConnector"], socketPath: string | undefined): buildConnector.connector {
    const { ca, cert, key, checkServerIdentity } = this.#tls ?? {};
    const connect = build({
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

function dispatchOptions(
  { method, headers, body }: TransportRequest,
  { pathname, search }: URL,
  origin: string,
): Dispatcher.DispatchOptions {
  const options = { origin, path: pathname + search, method, headersTimeout: 0, bodyTimeout: 0 };
  if (body === undefined) return { ...options, headers, body: null };
  const sliced = new SlicedBody(body);
  if (sliced.bytes < SLICED_BYTES_MIN) return { ...options, headers, body: wholeBody(body) };
  // It takes any iterable, which its types do not say.
  return { ...options, headers: { ...headers, "content-length": `${sliced.bytes}` }, body: sliced as never };
}
