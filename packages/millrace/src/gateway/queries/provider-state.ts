import type { Clock } from "../../model/clock.ts";
import type { FailureKind } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { GatewayProvider } from "../../providers/provider.ts";
import type { Listing } from "../catalog.ts";
import type { Fleet, ProviderView } from "../fleet/fleet.ts";
import type { Closure, TargetCondition } from "../fleet/view.ts";
import type { Plan } from "../plan.ts";

/** Where the present is seen. */
export interface Looks {
  readonly fleet: Pick<Fleet, "provider" | "view">;
  readonly clock: Clock;
}

/** What is told of one provider. */
export interface ProviderState extends JsonObject {
  readonly name: string;
  readonly ready: boolean;
}

/** Models that are told one by one; the rest is a number. */
const CLOSED_MODELS_MAX = 20;

/** How a provider does, and what keeps requests away from it, until when. */
export function providerState(
  provider: GatewayProvider,
  listing: Listing,
  plan: Pick<Plan, "models">,
  { fleet, clock }: Looks,
): ProviderState {
  const view = fleet.provider(provider);
  const condition = conditionOf(view, listing);
  const { failure } = listing;
  const closedModels = view.closed === undefined ? modelsClosed(provider, listing, plan, fleet) : [];
  return {
    name: provider.name,
    ready: view.closed === undefined && (condition === "ready" || condition === "full"),
    condition,
    models: listing.models.length,
    ...loadOf(view),
    ...(view.closed !== undefined && { closed: closureText(view.closed, clock) }),
    ...keysOf(view, clock),
    ...(closedModels.length > 0 && {
      closed_models: closedModels
        .slice(0, CLOSED_MODELS_MAX)
        .map(({ model, closed }) => ({ model, ...closureText(closed, clock) })),
      closed_models_count: closedModels.length,
    }),
    ...(failure !== undefined && { error: { code: failure.code, message: failure.message } }),
    ...(provider.learned.length > 0 && { learned: provider.learned.map((lesson) => ({ ...lesson })) }),
  };
}

/** A server that answers so is there for requests, although it gave no list of models. */
const STILL_SERVES: ReadonlySet<FailureKind> = new Set(["route_not_found", "unsupported", "rate_limit"]);

const CONDITIONS: Partial<Record<FailureKind, TargetCondition>> = {
  loading: "loading",
  connection: "down",
  timeout: "down",
};

/** Of a provider that nobody has asked anything else, the answer to the question for its models says how it does. */
function conditionOf({ condition }: ProviderView, { failure }: Listing): TargetCondition {
  if (condition !== "unknown") return condition;
  if (failure === undefined || STILL_SERVES.has(failure.kind)) return "ready";
  return CONDITIONS[failure.kind] ?? "failing";
}

function loadOf({ inFlight, slots, waiting }: ProviderView): JsonObject {
  return {
    ...(inFlight > 0 && { in_flight: inFlight }),
    ...(slots !== undefined && { slots }),
    ...(waiting > 0 && { waiting }),
  };
}

/** Keys by their place in the configuration, from 1; where there is one, what closes it closes the provider. */
function keysOf({ keys }: ProviderView, clock: Clock): JsonObject {
  if (keys.length < 2) return {};
  const closed = keys.flatMap((closure, at) =>
    closure === undefined ? [] : [{ key: at + 1, ...closureText(closure, clock) }],
  );
  return { keys: keys.length, ...(closed.length > 0 && { closed_keys: closed }) };
}

function modelsClosed(
  provider: GatewayProvider,
  { models }: Listing,
  plan: Pick<Plan, "models">,
  fleet: Looks["fleet"],
): readonly { readonly model: string; readonly closed: Closure }[] {
  const ids = new Set(models.map(({ id }) => id));
  for (const { tiers, onContextOverflow, onRefusal } of plan.models.values()) {
    for (const target of [...tiers.flat(), ...onContextOverflow, ...onRefusal]) {
      if (target.provider === provider) ids.add(target.model);
    }
  }
  return [...ids].flatMap((model) => {
    const { closed } = fleet.view({ provider, model });
    return closed === undefined ? [] : [{ model, closed }];
  });
}

/** When it ends, by the clock on the wall; null where no time ends it. */
function closureText({ reason, untilMs }: Closure, clock: Clock): JsonObject {
  const until = Number.isFinite(untilMs) ? new Date(clock.wallNow() + untilMs - clock.now()).toISOString() : null;
  return { reason, until };
}
