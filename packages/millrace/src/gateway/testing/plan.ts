import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { GatewayProvider } from "../../providers/provider.ts";
import type { ModelRoute, Plan, Target } from "../plan.ts";
import type { KeyStore, Principal } from "../ports.ts";

/** A model with more to it than an order: targets are `provider/model`, in groups of equals. */
export interface PlannedRoute extends Partial<Pick<ModelRoute, "strategy" | "affinity" | "hedge">> {
  readonly tiers: readonly (readonly string[])[];
  readonly onContextOverflow?: readonly string[];
  readonly onRefusal?: readonly string[];
}

/** A plan over these providers, with names given as `provider/model` lists. */
export function planOf(
  providers: readonly GatewayProvider[],
  more: Partial<Omit<Plan, "providers" | "models">> & {
    readonly models?: Readonly<Record<string, readonly string[] | PlannedRoute>>;
  } = {},
): Plan {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const { models = {}, ...rest } = more;
  return {
    providers: byName,
    models: new Map(Object.entries(models).map(([name, planned]) => [name, routeOf(name, planned, byName)])),
    keys: OPEN_DOOR,
    limits: DEFAULT_LIMITS,
    timeouts: {},
    prices: new Map(),
    slots: new Map(),
    queue: { maxWaitMs: 0, length: 256 },
    maxAttempts: 8,
    probeMs: 0,
    maxInFlight: 0,
    keepAliveMs: 0,
    loadElsewhere: false,
    strict: false,
    startWait: { loadingMs: 0, absentMs: 0 },
    modelListTtlMs: 60_000,
    modelListTimeoutMs: 3_000,
    ...rest,
  };
}

function routeOf(
  name: string,
  planned: readonly string[] | PlannedRoute,
  providers: ReadonlyMap<string, GatewayProvider>,
): ModelRoute {
  const target = (text: string): Target => targetOf(text, providers);
  const { tiers, onContextOverflow, onRefusal, ...more } = isList(planned)
    ? { tiers: planned.map((text) => [text]), onContextOverflow: [], onRefusal: [] }
    : { onContextOverflow: [], onRefusal: [], ...planned };
  return {
    name,
    tiers: tiers.map((tier) => tier.map((text) => ({ ...target(text), weight: 1 }))),
    strategy: "ordered",
    affinity: false,
    onContextOverflow: onContextOverflow.map(target),
    onRefusal: onRefusal.map(target),
    hedge: false,
    ...more,
  };
}

function isList(planned: readonly string[] | PlannedRoute): planned is readonly string[] {
  return Array.isArray(planned);
}

const OPEN_DOOR: KeyStore = { open: true, find: () => undefined };

/** A store of these keys, in plain text. */
export function keysOf(keys: Readonly<Record<string, Principal>>): KeyStore {
  return { open: false, find: (credential) => keys[credential] };
}

function targetOf(text: string, providers: ReadonlyMap<string, GatewayProvider>): Target {
  const slash = text.indexOf("/");
  const provider = providers.get(text.slice(0, slash));
  if (provider === undefined) throw new Error(`${text} names no provider of this plan`);
  return { provider, model: text.slice(slash + 1) };
}
