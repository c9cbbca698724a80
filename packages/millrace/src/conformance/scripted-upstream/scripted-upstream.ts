import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { UpstreamExchange } from "./exchange.ts";
import { takeRequest } from "./received-request.ts";

/** What to do with one request. What it throws fails the test that closes the upstream. */
export type Script = (exchange: UpstreamExchange, index: number) => void | Promise<void>;

/**
 * A model server that sends exactly the bytes a script says, over TCP, in the pieces and at the moments
 * it says, and remembers what it received. It understands HTTP only as far as to tell requests apart.
 *
 * @example
 * const upstream = await createScriptedUpstream((exchange) => exchange.json({ data: [] }));
 * await fetch(`${upstream.url}/v1/models`);
 * await upstream.close();
 */
export class ScriptedUpstream {
  /** In the order they came. */
  readonly exchanges: UpstreamExchange[] = [];
  readonly #server: Server;
  readonly #script: Script;
  readonly #sockets = new Set<Socket>();
  readonly #faults: unknown[] = [];
  readonly #arrivals: { readonly count: number; readonly resolve: () => void }[] = [];
  #port = 0;
  #connections = 0;

  private constructor(server: Server, script: Script) {
    this.#server = server;
    this.#script = script;
    server.on("connection", (socket) => this.#serve(socket));
  }

  static async listen(script: Script): Promise<ScriptedUpstream> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const upstream = new ScriptedUpstream(server, script);
    await upstream.#listenAt(0);
    return upstream;
  }

  /** Listens again where it listened before. */
  async listenAgain(): Promise<void> {
    await this.#listenAt(this.#port);
  }

  /** From now on connections are refused. It waits for those that stand. */
  async stopListening(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Connections ever made. */
  get connections(): number {
    return this.#connections;
  }

  /** Resolves with the exchange at `index` once its request is here. */
  async exchange(index: number): Promise<UpstreamExchange> {
    if (this.exchanges.length <= index) {
      await new Promise<void>((resolve) => this.#arrivals.push({ count: index + 1, resolve }));
    }
    const exchange = this.exchanges[index];
    if (!exchange) throw new Error(`The upstream closed before request ${index} came`);
    return exchange;
  }

  /** Ends every connection. Rejects with what a script threw, if one did. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const { resolve } of this.#arrivals) resolve();
    if (this.#server.listening) await this.stopListening();
    if (this.#faults.length > 0) throw new AggregateError(this.#faults, "A script of the upstream failed");
  }

  async #listenAt(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #serve(socket: Socket): void {
    this.#connections += 1;
    this.#sockets.add(socket);
    // Every exchange on a connection that is kept alive listens for its end.
    socket.setMaxListeners(0);
    socket.on("close", () => this.#sockets.delete(socket));
    // The peer may leave at any moment; the script learns of it through `closed`.
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    let pending: Buffer = Buffer.alloc(0);
    socket.on("data", (bytes: Buffer) => {
      pending = Buffer.concat([pending, bytes]);
      for (let taken = takeRequest(pending); taken; taken = takeRequest(pending)) {
        pending = pending.subarray(taken.length);
        this.#run(new UpstreamExchange(taken.request, socket));
      }
    });
  }

  #run(exchange: UpstreamExchange): void {
    const index = this.exchanges.push(exchange) - 1;
    for (const arrival of this.#arrivals) if (arrival.count <= index + 1) arrival.resolve();
    const run = async (): Promise<void> => this.#script(exchange, index);
    run().catch((fault: unknown) => this.#faults.push(fault));
  }
}

/** @see {@link ScriptedUpstream} */
export function createScriptedUpstream(script: Script): Promise<ScriptedUpstream> {
  return ScriptedUpstream.listen(script);
}

/** A point in a script that a test passes when it wants to. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
