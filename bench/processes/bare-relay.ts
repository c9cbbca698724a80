/**
 * What a gateway in Node cannot be cheaper than without writing its own HTTP: `node:http` in, undici's dispatch
 * interface out, bytes through. It has back-pressure and ends the upstream when the client leaves, and nothing else.
 *
 *   node bare-relay.ts UPSTREAM_URL
 *
 * Prints its URL, then serves until it is ended.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent, type Dispatcher } from "undici";

const [upstream = ""] = process.argv.slice(2);
const agent = new Agent({ pipelining: 1, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0, allowH2: false });

class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on("close", () => {
      if (!response.writableFinished) this.#controller?.abort(new Error("The client left"));
    });
    response.on("drain", () => this.#controller?.resume());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    { connection: _hop, "transfer-encoding": _coding, ...headers }: Record<string, string | string[] | undefined>,
  ): void {
    this.#response.writeHead(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}

const server = createServer({ noDelay: true }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { host: _host, connection: _hop, ...headers } = request.headers;
    agent.dispatch(
      {
        origin: upstream,
        path: request.url ?? "/",
        method: request.method === "GET" ? "GET" : "POST",
        headers,
        body: Buffer.concat(chunks),
      },
      new Relay(response),
    );
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
