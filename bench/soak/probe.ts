/**
 * Loaded into each process and thread of the gateway (`--import`): connects to the soak and tells, whenever it is
 * asked, what is held here. A line with a number asks for that many collections of garbage first.
 */
import { createHook } from "node:async_hooks";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { threadId } from "node:worker_threads";

/** What one thread holds after a collection of garbage. In bytes. */
export interface Holdings {
  readonly pid: number;
  readonly threadId: number;
  readonly heapUsed: number;
  /** Buffers and the like, outside the heap. */
  readonly external: number;
  /** Of the whole process. */
  readonly rss: number;
  /** Open sockets, timers and the like: how many of each kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Where the soak listens. */
export const PROBE_SOCKET = "MILLRACE_SOAK_PROBE";

/** The timers that are set. Node's own count leaves out those that let the process end, as the gateway's do. */
const timers = new Set<number>();

function countTimers(): void {
  const init = (id: number, type: string): void => void (type === "Timeout" && timers.add(id));
  const destroy = (id: number): void => void timers.delete(id);
  createHook({ init, destroy, trackPromises: false }).enable();
}

function holdings(collections: number): Holdings {
  for (let passes = 0; passes < collections; passes += 1) globalThis.gc?.();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  resources["Timeout"] = timers.size;
  const { heapUsed, external, rss } = process.memoryUsage();
  return { pid: process.pid, threadId, heapUsed, external, rss, resources };
}

const path = process.env[PROBE_SOCKET];
if (path !== undefined) {
  countTimers();
  // It must not keep the gateway running.
  const socket = connect(path).unref();
  socket.on("error", () => socket.destroy());
  // Only a soak that has ended itself, however it did, hangs up on a gateway that runs.
  socket.on("close", () => process.kill(process.pid, "SIGTERM"));
  createInterface({ input: socket }).on("line", (line) => {
    // What has just closed is let go of within a turn.
    setImmediate(() => socket.write(`${JSON.stringify(holdings(Number(line)))}\n`));
  });
}
