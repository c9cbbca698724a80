import { type ModelRoute, type Plan, type Target } from "../gateway/plan.ts";
import { splitName } from "../gateway/target-name.ts";
import type { GatewayProvider } from "../providers/provider.ts";
import { digestKey, MemoryKeys } from "../stores/memory/keys.ts";
import type { Settings } from "./config/settings.ts";

/** Settings and the providers made from them, as one read-only value for the gateway. */
export function compilePlan(settings: Settings, providers: readonly GatewayProvider[]): Plan {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  return {
    providers: byName,
    models: modelRoutes(settings, byName),
    prices: settings.prices,
    slots: settings.slots,
    queue: settings.queue,
    maxAttempts: settings.maxAttempts,
    probeMs: settings.probeMs,
    keys: new MemoryKeys(
      settings.keys.map(({ name, key, models }) => ({
        name,
        digest: digestKey(key),
        ...(models === undefined ? {} : { models }),
      })),
    ),
    limits: settings.limits,
    timeouts: settings.timeouts,
    maxInFlight: settings.maxInFlight,
    keepAliveMs: settings.keepAliveMs,
    startWait: settings.startWait,
    loadElsewhere: settings.loadElsewhere,
    strict: settings.strict,
    modelListTtlMs: settings.modelListTtlMs,
    modelListTimeoutMs: settings.modelListTimeoutMs,
  };
}

/** A target whose provider was not found on this machine is left out; a name without targets is no name. */
function modelRoutes(
  settings: Settings,
  providers: ReadonlyMap<string, GatewayProvider>,
): ReadonlyMap<string, ModelRoute> {
  const routes = new Map<string, ModelRoute>();
  for (const [name, { tiers, onContextOverflow, onRefusal, ...rest }] of settings.models) {
    const known = tiers
      .map((tier) =>
        tier.flatMap(({ target, weight }) => targetOf(target, providers).map((found) => ({ ...found, weight }))),
      )
      .filter((tier) => tier.length > 0);
    if (known.length === 0) continue;
    routes.set(name, {
      ...rest,
      name,
      tiers: known,
      onContextOverflow: onContextOverflow.flatMap((target) => targetOf(target, providers)),
      onRefusal: onRefusal.flatMap((target) => targetOf(target, providers)),
    });
  }
  return routes;
}

function targetOf(reference: string, providers: ReadonlyMap<string, GatewayProvider>): readonly Target[] {
  const split = splitName(reference);
  const provider = split && providers.get(split.provider);
  return split && provider ? [{ provider, model: split.model }] : [];
}
