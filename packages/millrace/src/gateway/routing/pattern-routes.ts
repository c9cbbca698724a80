import type { ModelRoute, Plan, Target } from "../plan.ts";

/** A plan never changes, so its patterns are put in order once. */
const IN_ORDER = new WeakMap<Plan["models"], readonly ModelRoute[]>();

/** Whether a name of the configuration stands for many. */
export function isPattern(name: string): boolean {
  return name.includes("*");
}

/** The route whose pattern stands for a name: of several the one with the longest beginning, then the first. */
export function routeByPattern(name: string, models: Plan["models"]): ModelRoute | undefined {
  for (const route of patternsIn(models)) if (runIn(name, route.name) !== undefined) return route;
  return undefined;
}

/** The same route with what its `*` stands for in this name in the place of the first `*` of each target. */
export function filledIn(route: ModelRoute, name: string): ModelRoute {
  const run = runIn(name, route.name) ?? "";
  const fill = <T extends Target>(target: T): T => filled(target, run);
  return {
    ...route,
    tiers: route.tiers.map((tier) => tier.map(fill)),
    onContextOverflow: route.onContextOverflow.map(fill),
    onRefusal: route.onRefusal.map(fill),
  };
}

function patternsIn(models: Plan["models"]): readonly ModelRoute[] {
  const known = IN_ORDER.get(models);
  if (known !== undefined) return known;
  const patterns = [...models.values()].filter((route) => isPattern(route.name));
  patterns.sort((a, b) => b.name.indexOf("*") - a.name.indexOf("*"));
  IN_ORDER.set(models, patterns);
  return patterns;
}

/** What the `*` of a pattern stands for in a name; nothing where it does not fit. */
export function runIn(name: string, pattern: string): string | undefined {
  const star = pattern.indexOf("*");
  const suffix = pattern.length - star - 1;
  if (name.length < star + suffix) return undefined;
  const fits = name.startsWith(pattern.slice(0, star)) && name.endsWith(pattern.slice(star + 1));
  return fits ? name.slice(star, name.length - suffix) : undefined;
}

function filled<T extends Target>(target: T, run: string): T {
  const star = target.model.indexOf("*");
  if (star < 0) return target;
  return { ...target, model: target.model.slice(0, star) + run + target.model.slice(star + 1) };
}
