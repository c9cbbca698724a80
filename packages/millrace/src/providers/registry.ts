import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../model/clock.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import type { Warning } from "../model/warning.ts";
import { OpenAICompatibleProvider } from "./openai-compatible.ts";
import type { ProviderConfig } from "./provider-config.ts";
import { resolveTls } from "./transport/tls.ts";
import type { Transport } from "./transport/transport.ts";

/** What all providers of a registry have in common. */
export interface SharedOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /** By default each provider has connections of its own. */
  readonly transport?: Transport;
  readonly onWarning?: (warning: Warning) => void;
}

/** The providers of one configuration, by name. It never changes; another configuration is another one. */
export interface ProviderRegistry {
  get(name: string): OpenAICompatibleProvider | undefined;
  /** In the order of the configuration. */
  all(): readonly OpenAICompatibleProvider[];
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
  const entries = new Map<string, Entry>();
  for (const config of configs) {
    if (entries.has(config.name)) {
      throw new ConfigurationError(
        `providers.${config.name}`,
        `Two providers are called ${config.name}. Give each its own name.`,
      );
    }
    entries.set(config.name, entryOf(config, shared, known));
  }
  return new Registry(entries);
}

interface Entry {
  readonly provider: OpenAICompatibleProvider;
  /** Everything it was made from. */
  readonly origin: unknown;
}

class Registry implements ProviderRegistry {
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  entry(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  get(name: string): OpenAICompatibleProvider | undefined {
    return this.#entries.get(name)?.provider;
  }

  all(): readonly OpenAICompatibleProvider[] {
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

function entryOf(config: ProviderConfig, shared: SharedOptions, previous: Registry | undefined): Entry {
  const { source: _source, tls, ...options } = config;
  try {
    const { ca, cert, key } = tls === undefined ? {} : resolveTls(tls);
    // What a client may send is the gateway's business, and no reason to lose connections.
    const { requestBodyBytes: _requestBodyBytes, ...limits } = shared.limits ?? {};
    const origin = { options, tls, files: { ca, cert, key }, limits };
    const before = previous?.entry(config.name);
    if (before !== undefined && isDeepStrictEqual(before.origin, origin)) return before;
    const provider = new OpenAICompatibleProvider({ ...options, ...(tls === undefined ? {} : { tls }), ...shared });
    return { provider, origin };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(`providers.${config.name}.${error.setting}`, error.message, { cause: error });
  }
}
