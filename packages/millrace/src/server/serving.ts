import { createGateway, type Gateway } from "../gateway/gateway.ts";
import type { Plan } from "../gateway/plan.ts";
import type { GatewayPorts } from "../gateway/ports.ts";
import type { Clock } from "../model/clock.ts";
import type { Warning } from "../model/warning.ts";
import type { ProviderConfig } from "../providers/provider-config.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { compilePlan } from "./compile-plan.ts";
import type { ListenAddress, Settings } from "./config/settings.ts";
import { listen, type Listener } from "./listener/listener.ts";
import { logServers } from "./log/log-servers.ts";
import { type MakeOptions, makeProviders } from "./make-providers.ts";

export interface ServingOptions {
  readonly settings: Settings;
  readonly configs: readonly ProviderConfig[];
  readonly ports: GatewayPorts;
  readonly onWarning: (warning: Warning) => void;
}

/** Other settings, with everything they need made: put in force, or forgotten. */
export interface Prepared {
  commit(): void;
  discard(): void;
}

/** A gateway with its providers and its listener: what one thread serves with. */
export class Serving {
  readonly gateway: Gateway;
  readonly #clock: Clock;
  /** What all providers are made with. */
  readonly #shared: Omit<MakeOptions, "previous">;
  #registry: ProviderRegistry;
  #listener: Listener | undefined;

  /** @throws {ConfigFileError} when a provider cannot be made */
  constructor({ settings, configs, ports, onWarning }: ServingOptions) {
    this.#clock = ports.clock;
    const { onOutput, onServerState } = logServers(ports.log);
    this.#shared = {
      clock: ports.clock,
      via: ports.ids.gatewayId,
      onWarning,
      onOutput,
      onServerState: (event) => {
        onServerState(event);
        this.#renewModels(event.server);
      },
    };
    this.#registry = makeProviders(configs, settings, this.#shared);
    this.gateway = createGateway(ports, compilePlan(settings, this.#registry.all()));
  }

  /**
   * Takes clients, and gives the URL.
   *
   * @throws what `node:net` throws when the address cannot be had
   */
  async listen(address: ListenAddress): Promise<string> {
    this.#listener = await listen(this.gateway, address, this.#clock);
    // Known before the first request asks, and nobody waits for it.
    void this.gateway.catalog.list();
    return this.#listener.url;
  }

  /**
   * Makes what other settings, or other providers, need. Providers that stay the same are kept.
   *
   * @param problem why the file, as it is now, is not in force
   * @throws {ConfigFileError} when a provider cannot be made; nothing has changed either way
   */
  prepare(settings: Settings, configs: readonly ProviderConfig[], problem?: string): Prepared {
    const before = this.#registry;
    const next = makeProviders(configs, settings, { ...this.#shared, previous: before });
    const plan = compilePlan(settings, next.all());
    return {
      commit: () => void this.#use(next, problem === undefined ? plan : { ...plan, configProblem: problem }),
      discard: () => void next.release(before),
    };
  }

  /** The file cannot be used as it is now: readiness tells it until other settings are in force. */
  reportProblem(configProblem: string): void {
    void this.gateway.usePlan({ ...this.gateway.plan, configProblem });
  }

  /** Stops accepting, lets requests finish within `limitMs`, cancels the rest; gives how many those were. */
  async stop(limitMs: number): Promise<number> {
    this.#listener?.stopAccepting();
    const left = await drained(this.gateway, this.#clock, limitMs);
    await this.#registry.close();
    await this.#listener?.close();
    return left;
  }

  /** What a server was known to have loaded is over when it starts or ends. */
  #renewModels(server: string): void {
    const provider = this.gateway.plan.providers.get(server);
    if (provider !== undefined) void this.gateway.catalog.renew(provider);
  }

  async #use(registry: ProviderRegistry, plan: Plan): Promise<void> {
    const before = this.#registry;
    this.#registry = registry;
    // A request that reads its body, or is between two attempts, has calls to providers of its plan before it.
    await this.gateway.usePlan(plan);
    await before.release(registry);
  }
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
