import { systemClock } from "../providers/transport/system-clock.ts";
import { MemoryRecords } from "../stores/memory/records.ts";
import type { Settings } from "./config/settings.ts";
import { DISCOVERY_AT_START_MS, findProviders, type FoundProviders } from "./find-providers.ts";
import { randomIds } from "./ids.ts";
import { logWarnings } from "./log/log.ts";
import type { ComposeOptions, Server } from "./server.ts";
import { Serving } from "./serving.ts";

/** The only place that constructs: everything else is given what it needs. */
export async function compose(options: ComposeOptions): Promise<Server> {
  if (options.settings.workers === 1) return composeHere(options);
  // One thread never loads what only several need.
  const { composeWorkers } = await import("./workers/compose-workers.ts");
  return composeWorkers(options);
}

/** Everything in this thread. */
async function composeHere({ settings, environment, log }: ComposeOptions): Promise<Server> {
  const clock = systemClock;
  const find = (of: Settings): Promise<FoundProviders> =>
    findProviders(of, { environment, clock, budgetMs: DISCOVERY_AT_START_MS });

  let found = await find(settings);
  const ports = { clock, ids: randomIds, records: new MemoryRecords(), log };
  const serving = new Serving({ settings, configs: found.configs, ports, onWarning: logWarnings(log) });
  const url = await serving.listen(settings.listen);

  return {
    url,
    get inFlight() {
      return serving.gateway.inFlight;
    },
    get found() {
      return found;
    },
    async reload(next) {
      const nowFound = await find(next);
      serving.prepare(next, nowFound.configs).commit();
      found = nowFound;
    },
    reportProblem: (problem) => serving.reportProblem(problem),
    async stop(limitMs) {
      const left = await serving.stop(limitMs);
      log.flush();
      return left;
    },
  };
}
