/**
 * A gateway in a process of its own, which says over IPC what it holds. The first argument is the URL of its only
 * provider; needs `--expose-gc`.
 */
import { setImmediate as turn } from "node:timers/promises";
import { createGateway } from "../../packages/millrace/src/gateway/gateway.ts";
import { planOf } from "../../packages/millrace/src/gateway/testing/plan.ts";
import { HttpProvider } from "../../packages/millrace/src/providers/http-provider.ts";
import { systemClock } from "../../packages/millrace/src/providers/transport/system-clock.ts";
import { randomIds } from "../../packages/millrace/src/server/ids.ts";
import { listen } from "../../packages/millrace/src/server/listener/listener.ts";
import { MemoryRecords } from "../../packages/millrace/src/stores/memory/records.ts";
import { MemoryResponses } from "../../packages/millrace/src/stores/memory/responses.ts";

/** What a process holds when nothing is in flight. */
export interface Holdings {
  readonly inFlight: number;
  readonly records: number;
  readonly heapBytes: number;
  /** Open sockets, timers and the like: how many of each kind. */
  readonly resources: Readonly<Record<string, number>>;
}

const [baseUrl = ""] = process.argv.slice(2);
const provider = new HttpProvider({ name: "desk", profile: "openai-compatible", baseUrl });
const records = new MemoryRecords();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const gateway = createGateway(
  {
    clock: systemClock,
    ids: randomIds(),
    random: Math.random,
    records,
    responses: new MemoryResponses(() => systemClock.now()),
    log,
  },
  planOf([provider]),
);
const listener = await listen(gateway, { host: "127.0.0.1", port: 0 }, systemClock);

process.on("message", () => void measure());
process.on("disconnect", () => void listener.close().then(() => provider.close()));
process.send?.(listener.url);

async function measure(): Promise<void> {
  // What has just closed is let go of within a few turns.
  for (let turns = 0; turns < 20; turns += 1) await turn();
  for (let passes = 0; passes < 3; passes += 1) globalThis.gc?.();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const { heapUsed } = process.memoryUsage();
  const holdings: Holdings = {
    inFlight: gateway.inFlight,
    records: records.newest(Infinity).length,
    heapBytes: heapUsed,
    resources,
  };
  process.send?.(holdings);
}
