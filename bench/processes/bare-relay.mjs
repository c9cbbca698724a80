/**
 * What a gateway in Node cannot be cheaper than without writing its own HTTP: `node:http` in, undici's dispatch
 * interface out, bytes through. It has back-pressure and ends the upstream when the client leaves, and nothing else.
 *
 *   node bare-relay.mjs UPSTREAM_URL [AUTHORITY]
 *
 * AUTHORITY is the path of a certificate; the upstream's has to be one of this authority. Prints its URL, then serves
 * until it is ended. It is JavaScript, because stripping types takes memory and time that are not a relay's.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Agent } from "undici";

const [upstream = "", authority] = process.argv.slice(2);
const agent = new Agent({
  pipelining: 1,
  keepAliveTimeout: 30_000,
  headersTimeout: 0,
  bodyTimeout: 0,
  allowH2: false,
  ...(authority === undefined ? {} : { connect: { ca: readFileSync(authority) } }),
});

/** @typedef {import("undici").Dispatcher.DispatchController} Controller */

class Relay {
  #response;
  /** @type {Controller | undefined} */
  #controller;

  /** @param {import("node:http").ServerResponse} response */
  constructor(response) {
    this.#response = response;
    response.on("close", () => {
      if (!response.writableFinished) this.#controller?.abort(new Error("The client left"));
    });
    response.on("drain", () => this.#controller?.resume());
  }

  /** @param {Controller} controller */
  onRequestStart(controller) {
    this.#controller = controller;
  }

  /** @param {Controller} _controller @param {number} status @param {Record<string, string | string[] | undefined>} received */
  onResponseStart(_controller, status, received) {
    const { connection: _hop, "transfer-encoding": _coding, ...headers } = received;
    this.#response.writeHead(status, headers);
  }

  /** @param {Controller} controller @param {Buffer} chunk */
  onResponseData(controller, chunk) {
    if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd() {
    this.#response.end();
  }

  onResponseError() {
    this.#response.destroy();
  }
}

const server = createServer({ noDelay: true }, (request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on("data", (/** @type {Buffer} */ chunk) => chunks.push(chunk));
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
  const address = server.address();
  if (typeof address === "object" && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
