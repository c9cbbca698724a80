import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";

/** Stands between a client and the gateway, and keeps the bytes of both directions. */
export interface WireTap {
  readonly url: string;
  /** Everything that passed, one connection after the other. */
  transcript(): string;
  /** The first lines of all requests. */
  requestLines(): string[];
  close(): Promise<void>;
}

interface Connection {
  readonly sent: Buffer[];
  readonly received: Buffer[];
}

/** What is kept of one direction of a connection; agents send the same long prompt again and again. */
const SHOWN = 200_000;
const REQUEST_LINE = /(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH) \S+ HTTP\/1\.1(?=\r\n)/g;

export async function startWireTap(target: string): Promise<WireTap> {
  const { port, hostname } = new URL(target);
  const connections: Connection[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const connection: Connection = { sent: [], received: [] };
    connections.push(connection);
    const gateway = connect(Number(port), hostname);
    for (const socket of [client, gateway]) {
      open.add(socket);
      // A reset on one side is passed on by ending the other.
      socket.on("error", () => socket.destroy());
      socket.on("close", () => open.delete(socket));
    }
    client.on("data", (chunk: Buffer) => connection.sent.push(chunk));
    gateway.on("data", (chunk: Buffer) => connection.received.push(chunk));
    client.pipe(gateway).pipe(client);
    client.on("close", () => gateway.destroy());
    gateway.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sentText = ({ sent }: Connection): string => Buffer.concat(sent).toString();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    transcript: () =>
      connections
        .map((connection, index) => {
          const received = Buffer.concat(connection.received).toString();
          return `===== connection ${index}, client:\n${sentText(connection).slice(0, SHOWN)}\n===== connection ${index}, gateway:\n${received.slice(0, SHOWN)}\n`;
        })
        .join("\n"),
    requestLines: () => connections.flatMap((connection) => sentText(connection).match(REQUEST_LINE) ?? []),
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
