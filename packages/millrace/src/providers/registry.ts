import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../model/clock.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import type { Warning } from "../model/warning.ts";
import { OnDemandProvider, type OnDemandOptions } from "./on-demand/on-demand-provider.ts";
import { ServerGroups } from "./on-demand/server-group.ts";
import { HttpProvider } from "./http-provider.ts";
import type { GatewayProvider } from "./provider.ts";
import type { ProviderConfig } from "./provider-config.ts";
import { systemClock } from "./transport/system-clock.ts";
import { resolveTls } from "./transport/tls.ts";
import type { Transport } from "./transport/transport.ts";

/** What all providers of a registry have in common. */
export interface SharedOptions extends Pick<OnDemandOptions, "onOutput" | "onServerState"> {
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /** The id of the gateway that they belong to: requests are marked with it where they could come back. */
  readonly via?: string;
  /** By default each provider has connections of its own. */
  readonly transport?: Transport;
  readonly onWarning?: (warning: Warning) => void;
}

/** A provider that can be taken out of service. */
export interface RegisteredProvider extends GatewayProvider {
  /** Closes as soon as no call is in flight: for an instance that no new calls go to. */
  retire(): Promise<void>;
}

/** The providers of one configuration, by name. It never changes; another configuration is another one. */
export interface ProviderRegistry {
  get(name: string): RegisteredProvider | undefined;
  /** In the order of the configuration. */
  all(): readonly RegisteredProvider[];
  /** Closes every provider; calls in flight fail with `cancelled`. */
  close(): Promise<void>;
  /** Closes the providers that `next` has not taken over, each once its calls in flight are over. */
  release(next: ProviderRegistry): Promise<void>;
}

/**
 * Makes the providers of a configuration. One whose configuration is the same as in `previous`, files of
 * certificates included, is taken over with its connections and with what it has learned.
 *
 * @throws {ConfigurationError} naming the provider and the setting; nothing has changed then
 *
 * @example
 * const registry = createRegistry([
 *   { name: "mine", profile: "openai", apiKey: "…", source: { kind: "built-in" } },
 *   { name: "theirs", profile: "openai", apiKey: "…", source: { kind: "built-in" } },
 * ]);
 * const models = await registry.get("mine")?.listModels();
 */
export function createRegistry(
  configs: readonly ProviderConfig[],
  shared: SharedOptions = {},
  previous?: ProviderRegistry,
): ProviderRegistry {
  const known = previous instanceof Registry ? previous : undefined;
  // Servers that still run, or stop, take their room whatever the configuration says now.
  const groups = known?.groups ?? new ServerGroups(shared.clock ?? systemClock);
  const entries = new Map<string, Entry>();
  for (const config of configs) {
    if (entries.has(config.name)) {
      throw new ConfigurationError(
        `providers.${config.name}`,
        `Two providers are called ${config.name}. Give each its own name.`,
      );
    }
    entries.set(config.name, entryOf(config, { shared, groups, previous: known }));
  }
  return new Registry(entries, groups);
}

interface Entry {
  readonly provider: RegisteredProvider;
  /** Everything it was made from. */
  readonly origin: unknown;
}

class Registry implements ProviderRegistry {
  readonly groups: ServerGroups;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(entries: ReadonlyMap<string, Entry>, groups: ServerGroups) {
    this.#entries = entries;
    this.groups = groups;
  }

  entry(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  get(name: string): RegisteredProvider | undefined {
    return this.#entries.get(name)?.provider;
  }

  all(): readonly RegisteredProvider[] {
    return [...this.#entries.values()].map(({ provider }) => provider);
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((provider) => provider.close()));
  }

  async release(next: ProviderRegistry): Promise<void> {
    const left = this.all().filter((provider) => next.get(provider.name) !== provider);
    await Promise.all(left.map((provider) => provider.retire()));
  }
}

interface Making {
  readonly shared: SharedOptions;
  readonly groups: ServerGroups;
  readonly previous: Registry | undefined;
}

function entryOf(config: ProviderConfig, { shared, groups, previous }: Making): Entry {
  const { source: _source, tls, ...options } = config;
  try {
    const { ca, cert, key } = tls === undefined ? {} : resolveTls(tls);
    // What a client may send is the gateway's business, and no reason to lose connections.
    const { requestBodyBytes: _requestBodyBytes, ...limits } = shared.limits ?? {};
    const origin = { options, tls, files: { ca, cert, key }, limits };
    const before = previous?.entry(config.name);
    if (before !== undefined && isDeepStrictEqual(before.origin, origin)) return before;
    const { command, ...plain } = { ...options, ...(tls === undefined ? {} : { tls }), ...shared };
    const provider =
      command === undefined ? new HttpProvider(plain) : new OnDemandProvider({ ...plain, command, groups });
    return { provider, origin };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(`providers.${config.name}.${error.setting}`, error.message, { cause: error });
  }
}
