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
import { makeProviders } from "./make-providers.ts";

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
  readonly #onWarning: (warning: Warning) => void;
  #registry: ProviderRegistry;
  #listener: Listener | undefined;

  /** @throws {ConfigFileError} when a provider cannot be made */
  constructor({ settings, configs, ports, onWarning }: ServingOptions) {
    this.#clock = ports.clock;
    this.#onWarning = onWarning;
    this.#registry = makeProviders(configs, settings, { clock: ports.clock, onWarning });
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
   * Makes what other settings need. Providers that stay the same are kept.
   *
   * @throws {ConfigFileError} when a provider cannot be made; nothing has changed either way
   */
  prepare(settings: Settings, configs: readonly ProviderConfig[]): Prepared {
    const before = this.#registry;
    const options = { clock: this.#clock, onWarning: this.#onWarning, previous: before };
    const next = makeProviders(configs, settings, options);
    return {
      commit: () => void this.#use(next, compilePlan(settings, next.all())),
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
