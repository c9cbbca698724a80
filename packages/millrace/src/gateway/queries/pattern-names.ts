import type { CatalogView } from "../catalog.ts";
import type { ModelRoute, Plan } from "../plan.ts";
import { routeNamed } from "../routing/names.ts";
import { isPattern, runIn } from "../routing/pattern-routes.ts";

/**
 * The names that a pattern is known to stand for: those of the models that its targets' providers list. A name that
 * means something else, exactly or by a longer pattern, is not among them.
 */
export function namesOf(pattern: ModelRoute, plan: Plan, catalog: CatalogView): readonly string[] {
  const names = new Set<string>();
  for (const { provider, model } of pattern.tiers.flat()) {
    if (!isPattern(model)) continue;
    const listing = catalog.listings.find((candidate) => candidate.provider === provider.name);
    for (const { id } of listing?.models ?? []) {
      const run = runIn(id, model);
      if (run !== undefined) names.add(pattern.name.replace("*", () => run));
    }
  }
  return [...names].filter((name) => routeNamed(name, plan)?.name === pattern.name);
}
