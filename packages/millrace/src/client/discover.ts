import type { Clock } from "../model/clock.ts";
import type { Warning } from "../model/warning.ts";
import { findKeys } from "../providers/discovery/environment.ts";
import { findLocalServers } from "../providers/discovery/local-servers.ts";
import type { ProviderConfig } from "../providers/provider-config.ts";
import { createRegistry, type ProviderRegistry } from "../providers/registry.ts";
import { systemClock } from "../providers/transport/system-clock.ts";
import { createHttpTransport } from "../providers/transport/http-transport.ts";

export interface DiscoverOptions {
  /** Where keys are looked for. By default the environment of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** `host:port` each, where servers are looked for; by default the ports that they usually have here. */
  readonly addresses?: readonly string[];
  readonly clock?: Clock;
  readonly onWarning?: (warning: Warning) => void;
}

/**
 * Finds the model servers that run on this machine and the keys of hosted ones in the environment, and
 * makes a provider of each. Nothing but loopback is asked.
 *
 * @example
 * const providers = await discoverProviders();
 * for (const provider of providers.all()) console.log(provider.name, await provider.healthCheck());
 * await providers.close();
 */
export async function discoverProviders(options: DiscoverOptions = {}): Promise<ProviderRegistry> {
  const { environment = process.env, clock = systemClock, addresses, onWarning } = options;
  const transport = createHttpTransport({ clock });
  try {
    const local = await findLocalServers({ transport, clock, ...(addresses === undefined ? {} : { addresses }) });
    const shared = { clock, ...(onWarning === undefined ? {} : { onWarning }) };
    return createRegistry(withOwnNames([...local.providers, ...findKeys(environment).providers]), shared);
  } finally {
    await transport.close();
  }
}

/** A server that was found goes before an account of the same name. */
function withOwnNames(configs: readonly ProviderConfig[]): readonly ProviderConfig[] {
  return [...new Map([...configs].reverse().map((config) => [config.name, config])).values()].reverse();
}
