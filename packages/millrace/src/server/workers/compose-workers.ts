import type { Clock } from "../../model/clock.ts";
import { systemClock } from "../../providers/transport/system-clock.ts";
import type { ProviderRegistry } from "../../providers/registry.ts";
import { MemoryRecords } from "../../stores/memory/records.ts";
import type { ListenAddress } from "../config/settings.ts";
import { Discovery, type ToServe } from "../discovery/discovery.ts";
import { urlOf } from "../listener/listener.ts";
import { logWarnings } from "../log/log.ts";
import { makeProviders } from "../make-providers.ts";
import type { ComposeOptions, Server } from "../server.ts";
import type { InForce } from "./messages.ts";
import { claimPort, type PortClaim, requireSharedPorts } from "./port-claim.ts";
import { WorkerPool } from "./worker-pool.ts";
import { startThread, type StartThread } from "./worker-thread.ts";

/** What tests put others in place of. */
export interface Parts {
  readonly clock: Clock;
  readonly startThread: StartThread;
}

/** A server in several threads, and what it keeps. */
export interface WorkersServer extends Server {
  readonly records: MemoryRecords;
}

/**
 * Everything in threads that share a port. This one serves no request: it finds the providers, makes them to see that
 * they can be made, tells the workers what to serve with, and keeps their records and their log.
 *
 * @throws {SharedPortError} where the system has no shared ports
 */
export async function composeWorkers(
  options: ComposeOptions,
  parts: Parts = { clock: systemClock, startThread },
): Promise<WorkersServer> {
  const { settings, environment, log } = options;
  await requireSharedPorts(settings.listen.host);
  const discovery = await Discovery.begin(settings, { environment, clock: parts.clock, random: Math.random, log });
  const { pool, records, claim, ...made } = await served(options, parts, discovery).catch(async (error: unknown) => {
    await discovery.stop();
    throw error;
  });
  let { registry } = made;
  discovery.watch(async (next) => {
    const before = registry;
    const after = make(options, parts, next, before);
    try {
      await pool.use(inForceOf(next));
    } catch (error) {
      void after.release(before);
      throw error;
    }
    registry = after;
    void before.release(after);
  });

  return {
    url: urlOf(claim.address),
    records,
    get inFlight() {
      return pool.inFlight;
    },
    get found() {
      return discovery.found;
    },
    reload: (next) => discovery.reload(next),
    reportProblem(problem) {
      discovery.reportProblem(problem);
      void pool.reportProblem(problem);
    },
    async stop(limitMs) {
      await discovery.stop();
      const left = await pool.stop(limitMs);
      claim.release();
      await registry.close();
      log.flush();
      return left;
    },
  };
}

/** The workers with everything they need, taking clients. */
async function served(options: ComposeOptions, parts: Parts, { found }: Discovery): Promise<Served> {
  const { settings, log } = options;
  const registry = make(options, parts, { settings, found });
  const records = new MemoryRecords();
  const pool = new WorkerPool({
    workers: settings.workers,
    inForce: inForceOf({ settings, found }),
    log,
    onBatch: (batch) => {
      for (const record of batch.records) records.add(record);
      if (batch.lines !== "") log.append(batch.lines);
    },
    ...parts,
  });
  return { registry, records, pool, claim: await listening(pool, settings.listen) };
}

interface Served {
  readonly registry: ProviderRegistry;
  readonly records: MemoryRecords;
  readonly pool: WorkerPool;
  readonly claim: PortClaim;
}

function make(
  { log }: ComposeOptions,
  { clock }: Parts,
  { settings, found }: ToServe,
  previous?: ProviderRegistry,
): ProviderRegistry {
  const options = { clock, onWarning: logWarnings(log), ...(previous === undefined ? {} : { previous }) };
  return makeProviders(found.configs, settings, options);
}

function inForceOf({ settings: { origin: _origin, ...settings }, found, problem }: ToServe): InForce {
  return { settings, configs: found.configs, ...(problem === undefined ? {} : { problem }) };
}

/** Starts the workers; the port is claimed last, so that it is theirs a moment later. */
async function listening(pool: WorkerPool, address: ListenAddress): Promise<PortClaim> {
  let claim: PortClaim | undefined;
  try {
    await pool.start();
    claim = await claimPort(address);
    await pool.listen(claim.address);
    return claim;
  } catch (error) {
    claim?.release();
    await pool.terminate();
    throw error;
  }
}
