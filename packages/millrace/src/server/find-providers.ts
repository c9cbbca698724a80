import type { Clock } from "../model/clock.ts";
import { findKeys } from "../providers/discovery/environment.ts";
import { findLocalServers, type LocalFindings, WELL_KNOWN_ADDRESSES } from "../providers/discovery/local-servers.ts";
import { profileOf } from "../providers/profiles/catalog.ts";
import type { ProviderConfig } from "../providers/provider-config.ts";
import { createHttpTransport } from "../providers/transport/http-transport.ts";
import type { Settings } from "./config/settings.ts";
import type { Environment } from "../providers/environment.ts";

/** Everything that can be called, and what was found beside it. */
export interface FoundProviders {
  readonly configs: readonly ProviderConfig[];
  /** Variables that hold keys that cannot be used, each with why. */
  readonly unusable: readonly { readonly variable: string; readonly reason: string }[];
  /** Local addresses where something answers that is no model server we know. */
  readonly unknownAddresses: readonly string[];
}

/** The simulator, as an ordinary provider. */
const SIMULATOR: ProviderConfig = { name: "simulator", profile: "simulator", source: { kind: "built-in" } };

export interface FindOptions {
  readonly environment: Environment;
  readonly clock: Clock;
}

/** Everything that these settings name, and everything that is found now. */
export async function findProviders(settings: Settings, options: FindOptions): Promise<FoundProviders> {
  const local = settings.discovery ? await probeLocal(settings, options) : NOTHING_LOCAL;
  return withFound(settings, local, options.environment);
}

/** Without local servers. */
export const NOTHING_LOCAL: LocalFindings = { providers: [], unknown: [] };

/** Whoever is configured, then whoever was found; a configured name is never taken by a found one. */
export function withFound(settings: Settings, local: LocalFindings, environment: Environment): FoundProviders {
  const keys = settings.discovery ? findKeys(environment) : { providers: [], unusable: [] };
  const configs = new Map<string, ProviderConfig>();
  for (const config of [...settings.providers, ...local.providers, ...keys.providers]) {
    if (!configs.has(config.name)) configs.set(config.name, config);
  }
  if (settings.simulator && !configs.has(SIMULATOR.name)) configs.set(SIMULATOR.name, SIMULATOR);
  return { configs: [...configs.values()], unusable: keys.unusable, unknownAddresses: local.unknown };
}

/** The addresses to look at: a server that is configured is not found a second time. */
export function addressesToLookAt(
  { providers }: Pick<Settings, "providers">,
  wellKnown: readonly string[] = WELL_KNOWN_ADDRESSES,
): readonly string[] {
  const configured = new Set(providers.map(localAddressOf));
  return wellKnown.filter((address) => !configured.has(address));
}

function localAddressOf({ baseUrl, profile }: ProviderConfig): string | undefined {
  const url = baseUrl ?? profileOf(profile)?.defaultBaseUrl;
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== "http:" || !/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)) return undefined;
  return `127.0.0.1:${port === "" ? "80" : port}`;
}

async function probeLocal(settings: Settings, { clock }: FindOptions): Promise<LocalFindings> {
  const transport = createHttpTransport({ clock });
  try {
    return await findLocalServers({ transport, clock, addresses: addressesToLookAt(settings) });
  } finally {
    await transport.close();
  }
}
