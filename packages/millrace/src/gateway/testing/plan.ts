import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { GatewayProvider } from "../../providers/provider.ts";
import type { Plan, Target } from "../plan.ts";
import type { KeyStore, Principal } from "../ports.ts";

/** A plan over these providers, with names given as `provider/model` lists. */
export function planOf(
  providers: readonly GatewayProvider[],
  more: Partial<Omit<Plan, "providers" | "models">> & {
    readonly models?: Readonly<Record<string, readonly string[]>>;
  } = {},
): Plan {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const { models = {}, ...rest } = more;
  return {
    providers: byName,
    models: new Map(
      Object.entries(models).map(([name, targets]) => [
        name,
        { name, targets: targets.map((text) => targetOf(text, byName)) },
      ]),
    ),
    keys: OPEN_DOOR,
    limits: DEFAULT_LIMITS,
    timeouts: {},
    maxInFlight: 0,
    keepAliveMs: 0,
    startWait: { loadingMs: 0, absentMs: 0 },
    modelListTtlMs: 60_000,
    modelListTimeoutMs: 3_000,
    ...rest,
  };
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
