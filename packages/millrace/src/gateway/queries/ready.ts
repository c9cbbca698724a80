import type { JsonObject } from "../../model/json.ts";
import type { CatalogView } from "../catalog.ts";
import type { Plan } from "../plan.ts";
import { type Looks, providerState } from "./provider-state.ts";

/**
 * Whether requests have somewhere to go: the gateway takes them and at least one provider answers. Which
 * providers there are is told only to who may call.
 */
export function ready(
  catalog: CatalogView,
  plan: Pick<Plan, "providers" | "models" | "configProblem">,
  looks: Looks,
  options: { readonly draining: boolean; readonly detailed: boolean },
): { readonly status: 200 | 503; readonly body: JsonObject } {
  const providers = catalog.listings.flatMap((listing) => {
    const provider = plan.providers.get(listing.provider);
    return provider === undefined ? [] : [providerState(provider, listing, plan, looks)];
  });
  const state = stateOf(providers, options.draining);
  const { configProblem } = plan;
  return {
    status: state === "ready" ? 200 : 503,
    body: {
      status: state,
      ...(options.detailed && {
        providers,
        ...(configProblem !== undefined && { config: { in_force: false, problem: configProblem } }),
      }),
    },
  };
}

function stateOf(providers: readonly { readonly ready: boolean }[], draining: boolean): string {
  if (draining) return "draining";
  if (providers.length === 0) return "no_providers";
  return providers.some((provider) => provider.ready) ? "ready" : "no_provider_answers";
}
