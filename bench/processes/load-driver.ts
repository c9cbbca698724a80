/**
 * Sends one kind of request again and again and times the answers: raw sockets, one request at a time on each
 * connection. It reads a line of JSON for each round from stdin ({@link Round}) and answers with one ({@link RoundResult}).
 */
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** What to do in a round. */
export interface Round {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly ms: number;
  /** Requests per second over all connections; 0 sends the next as soon as one is answered. */
  readonly rate: number;
}

/** What came of it. Times in microseconds. */
export interface RoundResult {
  readonly answers: number;
  readonly failures: number;
  readonly bytes: number;
  /** From the moment a request was due until its last byte. */
  readonly latency: Percentiles;
  /** Until its first byte. */
  readonly firstByte: Percentiles;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
const now = (): number => performance.now() * 1000;

class Connection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #resolve: ((ok: boolean) => void) | undefined;
  #head: { readonly length: number; readonly chunked: boolean } | undefined;
  #received = 0;
  #bytes: Buffer = Buffer.alloc(0);
  firstByteAt = 0;
  ok = true;

  constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("error", () => this.#end(false));
    socket.on("close", () => this.#end(false));
  }

  ask(): Promise<boolean> {
    this.#head = undefined;
    this.#received = 0;
    this.#bytes = Buffer.alloc(0);
    this.firstByteAt = 0;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#socket.destroyed) this.#end(false);
      else this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    if (this.firstByteAt === 0) this.firstByteAt = now();
    total.bytes += bytes.length;
    if (this.#head === undefined) {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      const end = this.#bytes.indexOf(HEAD_END);
      if (end < 0) return;
      const head = this.#bytes.toString("latin1", 0, end);
      this.ok = head.startsWith("HTTP/1.1 200");
      const length = /content-length: *(\d+)/i.exec(head)?.[1];
      this.#head = { length: Number(length ?? 0), chunked: length === undefined };
      this.#received = this.#bytes.length - end - HEAD_END.length;
      this.#finish(this.#bytes);
      return;
    }
    this.#received += bytes.length;
    this.#finish(bytes);
  }

  /** The end of a chunked answer is looked for in its last bytes; nothing in the answers looks like it. */
  #finish(bytes: Buffer): void {
    if (this.#head === undefined) return;
    if (!this.#head.chunked) {
      if (this.#received >= this.#head.length) this.#end(this.ok);
      return;
    }
    this.#bytes = Buffer.concat([this.#bytes.subarray(-8), bytes]).subarray(-8);
    if (this.#bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) this.#end(this.ok);
  }

  #end(ok: boolean): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(ok);
  }
}

const total = { bytes: 0 };

async function run(round: Round): Promise<RoundResult> {
  const { port, connections, ms, rate } = round;
  const request = requestBytes(round);
  const opened = await Promise.all(Array.from({ length: connections }, () => open(port, request)));
  const latencies: number[] = [];
  const firstBytes: number[] = [];
  let failures = 0;
  total.bytes = 0;
  const start = now();
  const end = start + ms * 1000;
  const gap = rate === 0 ? 0 : (1_000_000 * connections) / rate;
  await Promise.all(
    opened.map(async (connection, index) => {
      // Due times are fixed beforehand, so that an answer that comes late makes the next ones late too.
      let due = start + (gap * index) / connections;
      for (;;) {
        if (gap > 0) await until(due);
        if (now() >= end) return;
        const since = gap > 0 ? due : now();
        if (!(await connection.ask())) {
          failures += 1;
          return;
        }
        latencies.push(now() - since);
        firstBytes.push(connection.firstByteAt - since);
        due += gap;
      }
    }),
  );
  for (const connection of opened) connection.close();
  return {
    answers: latencies.length,
    failures,
    bytes: total.bytes,
    latency: percentiles(latencies),
    firstByte: percentiles(firstBytes),
  };
}

function open(port: number, request: Buffer): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(new Connection(socket, request));
    });
  });
}

function requestBytes({ port, path, headers, body }: Round): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

async function until(due: number): Promise<void> {
  const waitMs = (due - now()) / 1000;
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

function percentiles(values: number[]): Percentiles {
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as Round))}\n`);
  }
}
