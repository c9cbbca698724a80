import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A way to another address that counts what passes. */
export interface CountingProxy {
  readonly url: string;
  /** Method and path of each request that came, in order. */
  readonly passed: readonly string[];
  /** From now on requests are passed on to there. */
  leadTo(url: string): void;
  close(): void;
}

export async function startCountingProxy(): Promise<CountingProxy> {
  const passed: string[] = [];
  let target = "";
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "", headers } = incoming;
    passed.push(`${method} ${url}`);
    const onward = request(target + url, { method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    leadTo: (url) => void (target = url),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
