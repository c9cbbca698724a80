import type { Failure } from "../model/failure.ts";
import type { Operation } from "../providers/provider.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import type { CatalogView } from "./catalog.ts";
import type { Candidate } from "./exchange.ts";
import { targetName } from "./exchange.ts";
import { modelNames } from "./model-names.ts";
import { covers } from "./name-pattern.ts";
import type { Plan, Target } from "./plan.ts";

/** What is asked for, and by whom as far as names go. */
export interface RouteQuestion {
  readonly model: string;
  readonly operation: Operation;
  /** Patterns of names the caller may see; absent means all. */
  readonly visibleModels?: readonly string[] | undefined;
}

/** Who may answer, in order, and who may not, each with the reason; or why nobody may. */
export interface RouteDecision {
  readonly candidates: readonly Candidate[];
  readonly excluded: readonly Candidate[];
  readonly failure?: Failure;
}

type Found = { readonly targets: readonly Candidate[] } | { readonly failure: Failure };

/** Whether a name means something only in the light of the providers' model lists. */
export function needsCatalog(model: string, plan: Plan): boolean {
  return !plan.models.has(model) && splitTarget(model, plan) === undefined;
}

/**
 * The targets that may answer, in the order to try them. A pure function: the same question, plan and
 * catalog give the same answer, so it can be explained as well as followed.
 */
export function decideRoute(question: RouteQuestion, plan: Plan, catalog: CatalogView): RouteDecision {
  const found = findTargets(question, plan, catalog);
  if ("failure" in found) return { candidates: [], excluded: [], failure: found.failure };
  const candidates: Candidate[] = [];
  const excluded: Candidate[] = [];
  for (const target of found.targets) {
    if (target.provider.operations.includes(question.operation)) candidates.push(target);
    else excluded.push({ ...target, reason: `${target.provider.name} does not offer ${question.operation}` });
  }
  if (candidates.length > 0) return { candidates, excluded };
  return { candidates, excluded, failure: notOffered(question, excluded) };
}

function findTargets(question: RouteQuestion, plan: Plan, catalog: CatalogView): Found {
  const { model } = question;
  const route = plan.models.get(model);
  if (route !== undefined) {
    const { length } = route.targets;
    return {
      targets: route.targets.map((target, at) => ({ ...target, reason: `${at + 1} of ${length} for ${model}` })),
    };
  }
  const target = splitTarget(model, plan);
  if (target !== undefined) return { targets: [{ ...target, reason: "named by the request" }] };
  const owners = catalog.owners(model);
  const [owner] = owners;
  if (owner === undefined) return { failure: unknownModel(question, plan, catalog) };
  if (owners.length > 1) return { failure: ambiguousModel(model, owners) };
  return { targets: [{ ...owner, reason: `only ${owner.provider.name} has ${model}` }] };
}

/** `provider/model`, split at the first slash: model ids hold slashes themselves. */
function splitTarget(name: string, plan: Plan): Target | undefined {
  const slash = name.indexOf("/");
  if (slash < 1 || slash === name.length - 1) return undefined;
  const provider = plan.providers.get(name.slice(0, slash));
  return provider === undefined ? undefined : { provider, model: name.slice(slash + 1) };
}

/** Names in an error message; an error is no catalogue. */
const NAMES_MAX = 10;

function unknownModel({ model, visibleModels }: RouteQuestion, plan: Plan, catalog: CatalogView): Failure {
  const names = modelNames(plan, catalog).filter((name) => covers(visibleModels, name));
  const unheard = catalog.listings
    .filter((listing) => listing.failure !== undefined)
    .map((listing) => listing.provider);
  const sentences = [`There is no model ${model}.`];
  if (names.length > 0) sentences.push(`There is ${listed(names)}.`);
  if (unheard.length > 0) sentences.push(`These providers could not be asked: ${listed(unheard)}.`);
  return failureOf("model_not_found", sentences.join(" "), {
    fault: "client",
    code: "model_not_found",
    status: 404,
    param: "model",
    retry: "never",
  });
}

function ambiguousModel(model: string, owners: readonly Target[]): Failure {
  const names = owners.map(targetName);
  return failureOf("bad_request", `Several providers have the model ${model}. Name one: ${listed(names)}.`, {
    fault: "client",
    code: "model_ambiguous",
    status: 400,
    param: "model",
    retry: "never",
    details: { candidates: names },
  });
}

function notOffered({ model }: RouteQuestion, excluded: readonly Candidate[]): Failure {
  const reasons = excluded.map((target) => target.reason).join("; ");
  const message =
    excluded.length === 0 ? `The model ${model} has no targets.` : `No target of ${model} can answer: ${reasons}.`;
  return failureOf("unsupported", message, {
    fault: "client",
    code: "operation_not_offered",
    status: 400,
    param: "model",
    retry: "never",
  });
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).join(", ");
  return names.length > NAMES_MAX ? `${shown} and ${names.length - NAMES_MAX} more` : shown;
}
