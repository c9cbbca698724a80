import { connect, type Socket } from "node:net";

/** What is asked, and where. */
export interface Request {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** Microseconds. */
export const now = (): number => performance.now() * 1000;

/** A raw socket that asks the same thing again and again, one request at a time. */
export class Connection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #gaps: number[] | undefined;
  #resolve: ((ok: boolean) => void) | undefined;
  #head: { readonly length: number; readonly chunked: boolean } | undefined;
  #received = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #lastReadAt = 0;
  #ok = true;
  firstByteAt = 0;
  bytes = 0;

  /** The times between two reads of one answer are added to `gaps`, where it is given. */
  constructor(socket: Socket, request: Buffer, gaps?: number[]) {
    this.#socket = socket;
    this.#request = request;
    this.#gaps = gaps;
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("error", () => this.#end(false));
    socket.on("close", () => this.#end(false));
  }

  /** Asks; false where no whole answer with status 200 came. */
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
    this.#note();
    this.bytes += bytes.length;
    if (this.#head === undefined) {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      const end = this.#bytes.indexOf(HEAD_END);
      if (end < 0) return;
      const head = this.#bytes.toString("latin1", 0, end);
      this.#ok = head.startsWith("HTTP/1.1 200");
      const length = /content-length: *(\d+)/i.exec(head)?.[1];
      this.#head = { length: Number(length ?? 0), chunked: length === undefined };
      this.#received = this.#bytes.length - end - HEAD_END.length;
      this.#finish(this.#bytes);
      return;
    }
    this.#received += bytes.length;
    this.#finish(bytes);
  }

  #note(): void {
    if (this.firstByteAt > 0 && this.#gaps === undefined) return;
    const at = now();
    if (this.firstByteAt === 0) this.firstByteAt = at;
    else this.#gaps?.push(at - this.#lastReadAt);
    this.#lastReadAt = at;
  }

  /** The end of a chunked answer is looked for in its last bytes; nothing in the answers looks like it. */
  #finish(bytes: Buffer): void {
    if (this.#head === undefined) return;
    if (!this.#head.chunked) {
      if (this.#received >= this.#head.length) this.#end(this.#ok);
      return;
    }
    this.#bytes = Buffer.concat([this.#bytes.subarray(-8), bytes]).subarray(-8);
    if (this.#bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) this.#end(this.#ok);
  }

  #end(ok: boolean): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(ok);
  }
}

export function openConnection(port: number, request: Buffer, gaps?: number[]): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(new Connection(socket, request, gaps));
    });
  });
}

/** A request as it goes over the wire. */
export function requestBytes({ port, path, headers, body }: Request): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}
