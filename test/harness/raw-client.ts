import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A reply as it stood on the wire. */
export interface RawReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON; throws when it is none. */
  json(): unknown;
}

/** A connection on which a test says every byte itself. */
export class RawClient {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    // An abort by the peer is an end too; what came before it is what the test looks at.
    socket.on("error", () => socket.destroy());
    for (const end of ["end", "close"]) {
      socket.on(end, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  static async open(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new RawClient(socket);
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next whole reply; rejects when the connection ends before one is complete. */
  async reply(): Promise<RawReply> {
    for (;;) {
      const taken = takeReply(this.#received);
      if (taken) {
        this.#received = this.#received.subarray(taken.length);
        return taken.reply;
      }
      if (this.#ended) throw new Error(`The connection ended after ${JSON.stringify(this.#received.toString())}`);
      await this.#more();
    }
  }

  /** Resolves once this text has been received; rejects when the connection ends before. */
  async received(text: string): Promise<void> {
    while (!this.#received.includes(text)) {
      if (this.#ended) throw new Error(`The connection ended after ${JSON.stringify(this.#received.toString())}`);
      await this.#more();
    }
  }

  /** Resolves with what was still received when the other side has ended the connection. */
  async end(): Promise<string> {
    while (!this.#ended) await this.#more();
    return this.#received.toString();
  }

  close(): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function takeReply(bytes: Buffer): { readonly reply: RawReply; readonly length: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const start = headEnd + 4;
  const status = Number(statusLine.split(" ")[1]);
  const length = status < 200 || status === 204 ? 0 : Number(headers["content-length"]);
  if (Number.isNaN(length)) throw new Error(`A reply without content-length: ${statusLine}`);
  if (bytes.length < start + length) return undefined;
  const body = bytes.subarray(start, start + length).toString();
  return { reply: { status, headers, body, json: () => JSON.parse(body) as unknown }, length: start + length };
}

/** A POST with this JSON text as its body. */
export function post(path: string, body: string, headers: readonly string[] = []): string {
  return [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
    "",
    body,
  ].join("\r\n");
}
