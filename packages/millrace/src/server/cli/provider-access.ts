import { systemClock } from "../../providers/transport/system-clock.ts";
import type { GatewayProvider } from "../../providers/provider.ts";
import type { ProviderRegistry } from "../../providers/registry.ts";
import { loadSettings } from "../config/load.ts";
import type { Settings } from "../config/settings.ts";
import { findProviders, type FoundProviders } from "../find-providers.ts";
import { makeProviders } from "../make-providers.ts";
import { printWarning } from "./output.ts";

/** The providers a command may call, without a server. */
export interface ProviderAccess {
  readonly settings: Settings;
  readonly found: FoundProviders;
  readonly registry: ProviderRegistry;
  readonly providers: readonly GatewayProvider[];
}

/** Finds and makes providers as `serve` would, and closes them when the work is done. */
export async function withProviders<T>(
  config: string | undefined,
  work: (access: ProviderAccess) => Promise<T>,
): Promise<T> {
  const settings = await loadSettings(config, process.env);
  const found = await findProviders(settings, { environment: process.env, clock: systemClock });
  const registry = makeProviders(found.configs, settings, {
    clock: systemClock,
    onWarning: printWarning,
  });
  try {
    return await work({ settings, found, registry, providers: registry.all() });
  } finally {
    await registry.close();
  }
}
