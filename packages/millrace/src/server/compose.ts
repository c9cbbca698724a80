import { systemClock } from "../providers/transport/system-clock.ts";
import { Discovery } from "./discovery/discovery.ts";
import { gatewayPorts } from "./gateway-ports.ts";
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
async function composeHere(options: ComposeOptions): Promise<Server> {
  const { settings, environment, log } = options;
  const clock = systemClock;
  const discovery = await Discovery.begin(settings, { environment, clock, random: Math.random, log });
  const { serving, url } = await served(options, discovery).catch(async (error: unknown) => {
    await discovery.stop();
    throw error;
  });
  discovery.watch(({ settings: next, found, problem }) => serving.prepare(next, found.configs, problem).commit());

  return {
    url,
    get inFlight() {
      return serving.gateway.inFlight;
    },
    get found() {
      return discovery.found;
    },
    reload: (next) => discovery.reload(next),
    reportProblem(problem) {
      discovery.reportProblem(problem);
      serving.reportProblem(problem);
    },
    async stop(limitMs) {
      await discovery.stop();
      const left = await serving.stop(limitMs);
      log.flush();
      return left;
    },
  };
}

async function served(
  { settings, log }: ComposeOptions,
  { found }: Discovery,
): Promise<{ readonly serving: Serving; readonly url: string }> {
  const ports = gatewayPorts(log);
  const serving = new Serving({ settings, configs: found.configs, ports, onWarning: logWarnings(log) });
  return { serving, url: await serving.listen(settings.listen) };
}
