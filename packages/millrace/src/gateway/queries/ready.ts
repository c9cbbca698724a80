import type { FailureKind } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LearnedParameter } from "../../providers/provider.ts";
import type { CatalogView, Listing } from "../catalog.ts";
import type { Plan } from "../plan.ts";

/** A server that answers so is there for requests, although it gave no list of models. */
const STILL_SERVES: ReadonlySet<FailureKind> = new Set(["route_not_found", "unsupported", "rate_limit"]);

/**
 * Whether requests have somewhere to go: the gateway takes them and at least one provider answers. Which
 * providers there are is told only to who may call.
 */
export function ready(
  catalog: CatalogView,
  plan: Pick<Plan, "providers" | "configProblem">,
  options: { readonly draining: boolean; readonly detailed: boolean },
): { readonly status: 200 | 503; readonly body: JsonObject } {
  const state = stateOf(catalog, options.draining);
  return {
    status: state === "ready" ? 200 : 503,
    body: { status: state, ...(options.detailed && details(catalog, plan)) },
  };
}

function details(
  catalog: CatalogView,
  { providers, configProblem }: Pick<Plan, "providers" | "configProblem">,
): JsonObject {
  return {
    providers: catalog.listings.map((listing) =>
      providerState(listing, providers.get(listing.provider)?.learned ?? []),
    ),
    ...(configProblem !== undefined && { config: { in_force: false, problem: configProblem } }),
  };
}

function stateOf(catalog: CatalogView, draining: boolean): string {
  if (draining) return "draining";
  if (catalog.listings.length === 0) return "no_providers";
  return catalog.listings.some(serves) ? "ready" : "no_provider_answers";
}

function serves({ failure }: Listing): boolean {
  return failure === undefined || STILL_SERVES.has(failure.kind);
}

function providerState(listing: Listing, learned: readonly LearnedParameter[]): JsonObject {
  const { failure } = listing;
  return {
    name: listing.provider,
    ready: serves(listing),
    models: listing.models.length,
    ...(failure !== undefined && { error: { code: failure.code, message: failure.message } }),
    ...(learned.length > 0 && { learned: learned.map((lesson) => ({ ...lesson })) }),
  };
}
