import type { Clock } from "../../model/clock.ts";
import { systemClock } from "../../providers/transport/system-clock.ts";
import type { ProviderRegistry } from "../../providers/registry.ts";
import { MemoryRecords } from "../../stores/memory/records.ts";
import type { ListenAddress, Settings } from "../config/settings.ts";
import { DISCOVERY_AT_START_MS, findProviders, type FoundProviders } from "../find-providers.ts";
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
  const { settings, log } = options;
  await requireSharedPorts(settings.listen.host);
  let made = await make(options, parts, settings);
  const records = new MemoryRecords();
  const pool = new WorkerPool({
    workers: settings.workers,
    inForce: inForceOf(settings, made),
    log,
    onBatch: (batch) => {
      for (const record of batch.records) records.add(record);
      if (batch.lines !== "") log.append(batch.lines);
    },
    ...parts,
  });
  const claim = await listening(pool, settings.listen);

  return {
    url: urlOf(claim.address),
    records,
    get inFlight() {
      return pool.inFlight;
    },
    get found() {
      return made.found;
    },
    async reload(next) {
      const before = made;
      const after = await make(options, parts, next, before.registry);
      try {
        await pool.use(inForceOf(next, after));
      } catch (error) {
        void after.registry.release(before.registry);
        throw error;
      }
      made = after;
      void before.registry.release(after.registry);
    },
    reportProblem: (problem) => void pool.reportProblem(problem),
    async stop(limitMs) {
      const left = await pool.stop(limitMs);
      claim.release();
      await made.registry.close();
      log.flush();
      return left;
    },
  };
}

interface Made {
  readonly found: FoundProviders;
  readonly registry: ProviderRegistry;
}

async function make(
  { environment, log }: ComposeOptions,
  { clock }: Parts,
  settings: Settings,
  previous?: ProviderRegistry,
): Promise<Made> {
  const found = await findProviders(settings, { environment, clock, budgetMs: DISCOVERY_AT_START_MS });
  const options = { clock, onWarning: logWarnings(log), ...(previous === undefined ? {} : { previous }) };
  return { found, registry: makeProviders(found.configs, settings, options) };
}

function inForceOf({ origin: _origin, ...settings }: Settings, { found }: Made): InForce {
  return { settings, configs: found.configs };
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
