import type { JsonObject } from "../../model/json.ts";
import { DIALECTS } from "../dialects.ts";
import type { Exchange } from "../exchange.ts";
import { factsOf } from "../facts.ts";
import { checkModel } from "../model-permission.ts";
import type { Principal } from "../ports.ts";
import { routeQuestion } from "../route-question.ts";
import { decideRoute } from "../routing/decide.ts";
import type { LiveState } from "../routing/live-state.ts";
import { needsCatalog } from "../routing/names.ts";
import type { RouteDecision, RouteQuestion } from "../routing/question.ts";

/** A request that is not made. */
export interface Supposed extends Pick<Exchange, "operation" | "named"> {
  readonly principal: Principal;
  readonly outline: JsonObject;
}

/** Where it would go. */
export interface LookedUpRoute {
  readonly question: RouteQuestion;
  readonly decision: RouteDecision;
  /** The state of things that it was decided by. */
  readonly now: LiveState;
}

/**
 * Where a request would go if it were made now.
 *
 * @throws {RefusalError} 400 for a model or preferences that mean nothing, 403 for a model that the caller may not use
 */
export async function lookUpRoute(
  { request, plan, catalog, live }: Pick<Exchange, "request" | "plan" | "catalog" | "live">,
  { principal, operation, named, outline }: Supposed,
): Promise<LookedUpRoute> {
  const facts = factsOf(outline, request, { dialect: DIALECTS[operation], named });
  const { model } = facts;
  checkModel(principal, model);
  const known = needsCatalog(model, plan) ? await catalog.knowing(model) : catalog.latest;
  const question = routeQuestion({ facts, operation, visibleModels: principal.models, body: { outline } }, plan);
  const now = live.toLookAt();
  return { question, decision: decideRoute(question, plan, known, now), now };
}
