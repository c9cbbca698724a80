import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { type AddressInfo, createServer, type ListenOptions, type Server } from "node:net";
import type { ListenAddress } from "../config/settings.ts";

/** Several listeners on one port, each with its part of the connections, are more than this system offers. */
export class SharedPortError extends Error {
  override readonly name = "SharedPortError";
}

/** A port that no other millrace takes while the claim is held. */
export interface PortClaim {
  /** Where the workers listen: a number for the host, and the port that was chosen. */
  readonly address: ListenAddress;
  release(): void;
}

/**
 * Makes sure that several listeners may share a port here.
 *
 * @throws {SharedPortError} where they may not
 */
export async function requireSharedPorts(host: string, listen: typeof listening = listening): Promise<void> {
  try {
    await closed(await listen({ host, port: 0, reusePort: true }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOTSUP") throw error;
    throw new SharedPortError(
      `This system (${process.platform}) does not spread the connections to one port over several workers, as Linux and FreeBSD do. Use one worker, or start several millrace on ports of their own.`,
      { cause: error },
    );
  }
}

/**
 * Makes sure that nobody listens there, and chooses the port where it is left open. Workers share their port, so the
 * system would let a second millrace share it too: what keeps it out is that it asks here first. While workers
 * listen, an ordinary listener gets EADDRINUSE; in the moment before they do, the lock of the first is in its way.
 *
 * @throws what `node:net` throws when the address cannot be had
 */
export async function claimPort({ host, port }: ListenAddress): Promise<PortClaim> {
  const { address } = await lookup(host);
  const early = port === 0 ? undefined : await lock(address, port);
  try {
    const chosen = await freePort(address, port);
    const held = early ?? (await lock(address, chosen));
    return { address: { host: address, port: chosen, shared: true }, release: () => held?.close() };
  } catch (error) {
    early?.close();
    throw error;
  }
}

/** Binds as an ordinary listener does, which fails where anybody listens, sharing or not. */
async function freePort(host: string, port: number): Promise<number> {
  const server = await listening({ host, port });
  const { port: chosen } = server.address() as AddressInfo;
  await closed(server);
  return chosen;
}

/**
 * A name of Linux's abstract sockets: it belongs to one process, and is free again however that process ends. Other
 * systems have none, and only the moment before the workers listen is unguarded there.
 */
async function lock(host: string, port: number): Promise<Server | undefined> {
  if (process.platform !== "linux") return undefined;
  const server = await listening({ path: `\0millrace ${host} ${port}` });
  server.on("connection", (socket) => socket.destroy());
  return server.unref();
}

async function listening(options: ListenOptions): Promise<Server> {
  const server = createServer().listen(options);
  await once(server, "listening");
  return server;
}

async function closed(server: Server): Promise<void> {
  const close = once(server, "close");
  server.close();
  await close;
}
