import type { Routed } from "../exchange.ts";
import type { Target } from "../plan.ts";

/** Whether asking this target would make its server load the model, as far as anybody knows. */
export function wouldLoad({ catalog, live }: Pick<Routed, "catalog" | "live">, target: Target): boolean {
  if (!target.provider.local) return false;
  if (live.fleet.view(target).condition === "loading") return true;
  const { name } = target.provider;
  const listing = catalog.latest.listings.find(({ provider }) => provider === name);
  return listing?.models.find(({ id }) => id === target.model)?.state === "unloaded";
}
