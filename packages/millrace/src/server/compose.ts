import { createGateway, type Gateway } from "../gateway/gateway.ts";
import type { Clock } from "../model/clock.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { systemClock } from "../providers/transport/system-clock.ts";
import { MemoryRecords } from "../stores/memory/records.ts";
import { compilePlan } from "./compile-plan.ts";
import type { Settings } from "./config/settings.ts";
import { findProviders, type FoundProviders } from "./find-providers.ts";
import { randomIds } from "./ids.ts";
import { listen, type Listener } from "./listener/listener.ts";
import type { ServerLog } from "./log/log.ts";
import { makeProviders } from "./make-providers.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ComposeOptions {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly log: ServerLog;
}

/** The program, put together and running. */
export interface Server {
  readonly url: string;
  readonly gateway: Gateway;
  /** What the providers in force were made from. */
  readonly found: FoundProviders;
  /**
   * Puts other settings in force, whole or not at all. Providers that stay the same are kept.
   *
   * @throws {ConfigFileError} when a provider cannot be made; then nothing has changed
   */
  reload(settings: Settings): Promise<void>;
  /** The file cannot be used as it is now: readiness tells it until the next reload. */
  reportProblem(problem: string): void;
  /** Stops accepting, lets requests finish within `limitMs`, cancels the rest; gives how many those were. */
  stop(limitMs: number): Promise<number>;
}

/** How long the start may wait for local servers: loopback answers at once or not at all. */
const DISCOVERY_AT_START_MS = 300;

/** The only place that constructs: everything else is given what it needs. */
export async function compose(options: ComposeOptions): Promise<Server> {
  const { environment, log } = options;
  const clock: Clock = systemClock;
  const make = async (settings: Settings, previous?: ProviderRegistry): Promise<[FoundProviders, ProviderRegistry]> => {
    const found = await findProviders(settings, { environment, clock, budgetMs: DISCOVERY_AT_START_MS });
    const onWarning = ({ code, message }: { code: string; message: string }): void => log.warn(code, { message });
    const options = { clock, onWarning, ...(previous === undefined ? {} : { previous }) };
    return [found, makeProviders(found.configs, settings, options)];
  };

  let [found, registry] = await make(options.settings);
  const ports = { clock, ids: randomIds, records: new MemoryRecords(), log };
  const gateway = createGateway(ports, compilePlan(options.settings, registry.all()));
  const listener: Listener = await listen(gateway, options.settings.listen, clock);
  // Known before the first request asks, and nobody waits for it.
  void gateway.catalog.list();

  return {
    url: listener.url,
    gateway,
    get found() {
      return found;
    },
    async reload(settings) {
      const before = registry;
      [found, registry] = await make(settings, before);
      gateway.usePlan(compilePlan(settings, registry.all()));
      // Requests in flight finish on the plan they started with; what that plan alone used ends after them.
      void before.release(registry);
    },
    reportProblem(configProblem) {
      gateway.usePlan({ ...gateway.plan, configProblem });
    },
    async stop(limitMs) {
      listener.stopAccepting();
      const left = await drained(gateway, clock, limitMs);
      await registry.close();
      await listener.close();
      log.flush();
      return left;
    },
  };
}

/** Resolves when no request is in flight, or at the limit; gives how many were left. */
async function drained(gateway: Gateway, clock: Clock, limitMs: number): Promise<number> {
  await new Promise<void>((resolve) => {
    const timer = clock.setTimer(limitMs, resolve);
    void gateway.drain().then(() => {
      timer.cancel();
      resolve();
    });
  });
  return gateway.inFlight;
}
