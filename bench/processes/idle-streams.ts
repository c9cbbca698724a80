/**
 * Begins streams and holds them. It reads one line of JSON from stdin ({@link Hold}) and answers with `{ "held": N }`
 * once each of them has given its first byte; they are dropped when stdin closes.
 */
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { type Request, requestBytes } from "./connection.ts";

export interface Hold extends Request {
  readonly streams: number;
}

export interface Held {
  readonly held: number;
}

/** As many are begun at once; more would only wait in the queue of new connections. */
const AT_ONCE = 100;

async function hold({ streams, ...request }: Hold): Promise<Held> {
  const bytes = requestBytes(request);
  for (let begun = 0; begun < streams; begun += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, streams - begun) }, () => begin(request.port, bytes)));
  }
  return { held: streams };
}

function begin(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(bytes));
    socket.once("data", (head) => {
      if (head.toString("latin1").startsWith("HTTP/1.1 200")) resolve();
      else reject(new Error(`A stream was refused: ${head.toString("latin1", 0, 300)}`));
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("A stream ended before it was counted")));
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await hold(JSON.parse(line) as Hold))}\n`);
}
process.exit(0);
