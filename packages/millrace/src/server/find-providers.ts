import type { Clock } from "../model/clock.ts";
import { findKeys } from "../providers/discovery/environment.ts";
import { findLocalServers } from "../providers/discovery/local-servers.ts";
import type { ProviderConfig } from "../providers/provider-config.ts";
import { createHttpTransport } from "../providers/transport/http-transport.ts";
import type { Settings } from "./config/settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that can be called, and what was found beside it. */
export interface FoundProviders {
  readonly configs: readonly ProviderConfig[];
  /** Variables that hold keys that cannot be used, each with why. */
  readonly unusable: readonly { readonly variable: string; readonly reason: string }[];
  /** Local addresses where something answers that is no model server we know. */
  readonly unknownAddresses: readonly string[];
}

/** How long the start may wait for local servers: loopback answers at once or not at all. */
export const DISCOVERY_AT_START_MS = 300;

/** The simulator, as an ordinary provider. */
const SIMULATOR: ProviderConfig = { name: "simulator", profile: "simulator", source: { kind: "built-in" } };

export interface FindOptions {
  readonly environment: Environment;
  readonly clock: Clock;
  /** How long to wait for local servers, in milliseconds. */
  readonly budgetMs?: number;
}

/** Whoever is configured, then whoever is found; a configured name is never taken by a found one. */
export async function findProviders(settings: Settings, options: FindOptions): Promise<FoundProviders> {
  const keys = settings.discovery ? findKeys(options.environment) : { providers: [], unusable: [] };
  const local = settings.discovery ? await probeLocal(options) : { providers: [], unknown: [] };
  const configs = new Map<string, ProviderConfig>();
  for (const config of [...settings.providers, ...local.providers, ...keys.providers]) {
    if (!configs.has(config.name)) configs.set(config.name, config);
  }
  if (settings.simulator && !configs.has(SIMULATOR.name)) configs.set(SIMULATOR.name, SIMULATOR);
  return { configs: [...configs.values()], unusable: keys.unusable, unknownAddresses: local.unknown };
}

async function probeLocal({ clock, budgetMs }: FindOptions): Promise<Awaited<ReturnType<typeof findLocalServers>>> {
  const transport = createHttpTransport({ clock });
  try {
    return await findLocalServers({ transport, clock, ...(budgetMs === undefined ? {} : { budgetMs }) });
  } finally {
    await transport.close();
  }
}
