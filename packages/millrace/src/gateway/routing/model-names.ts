import type { CatalogView } from "../catalog.ts";
import type { Plan } from "../plan.ts";

/** Every name that a client may ask for, in the order it is listed: the plan's own, then `provider/model`. */
export function modelNames(plan: Plan, catalog: CatalogView): string[] {
  const names = [...plan.models.keys()];
  for (const { provider, models } of catalog.listings) {
    for (const model of models) names.push(`${provider}/${model.id}`);
  }
  return names;
}
