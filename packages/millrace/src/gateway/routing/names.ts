import type { Failure } from "../../model/failure.ts";
import type { CatalogView } from "../catalog.ts";
import type { ModelRoute, Plan, RouteTarget, Target } from "../plan.ts";
import { splitName } from "../target-name.ts";
import { ambiguousModel, unknownModel } from "./no-target.ts";
import { filledIn, isPattern, routeByPattern } from "./pattern-routes.ts";
import type { RouteQuestion } from "./question.ts";

/** What a name stands for: groups of equals, best first. */
export interface Named {
  readonly route?: ModelRoute;
  readonly tiers: readonly (readonly RouteTarget[])[];
  /** Why its one target stands for the name, where no route says so. */
  readonly origin?: string;
}

/** Whether a name means something only in the light of the providers' model lists. */
export function needsCatalog(model: string, plan: Plan): boolean {
  return routeNamed(model, plan) === undefined && targetNamed(model, plan) === undefined;
}

/** Whether the conversations with a model stay with the target that answered them, so that it matters which one this is. */
export function staysWith(model: string, plan: Plan): boolean {
  return routeNamed(model, plan)?.affinity === true;
}

/**
 * The targets that a name stands for. An exact name goes before a provider's, that before a pattern, and the bare id
 * of a model comes last: a pattern never takes away what can be said exactly.
 */
export function findTargets(question: RouteQuestion, plan: Plan, catalog: CatalogView): Named | { failure: Failure } {
  const { model } = question;
  const written = routeNamed(model, plan);
  if (written !== undefined) {
    const route = isPattern(written.name) ? filledIn(written, model) : written;
    return { route, tiers: route.tiers };
  }
  const target = targetNamed(model, plan);
  if (target !== undefined) return only(target, "named by the request");
  const owners = catalog.owners(model);
  const [owner] = owners;
  if (owner === undefined) return { failure: unknownModel(question, plan, catalog) };
  if (owners.length > 1) return { failure: ambiguousModel(model, owners) };
  return only(owner, `only ${owner.provider.name} has ${model}`);
}

/** The route that a name means, by itself or by a pattern; then the `*` of its targets are still there. */
export function routeNamed(name: string, plan: Plan): ModelRoute | undefined {
  const exact = plan.models.get(name);
  if (exact !== undefined) return exact;
  return targetNamed(name, plan) === undefined ? routeByPattern(name, plan.models) : undefined;
}

function only(target: Target, origin: string): Named {
  return { tiers: [[{ ...target, weight: 1 }]], origin };
}

/** The target that a name says outright. */
function targetNamed(name: string, plan: Plan): Target | undefined {
  const split = splitName(name);
  const provider = split && plan.providers.get(split.provider);
  return provider && { provider, model: split.model };
}
