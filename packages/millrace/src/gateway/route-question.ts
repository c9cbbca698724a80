import type { JsonObject } from "../model/json.ts";
import type { Operation } from "../providers/provider.ts";
import type { Facts } from "./exchange.ts";
import type { Plan } from "./plan.ts";
import { conversationKey } from "./routing/conversation-key.ts";
import { staysWith } from "./routing/names.ts";
import type { RouteQuestion } from "./routing/question.ts";

/** What a request is found to ask for. */
export interface Asking {
  readonly facts: Facts;
  readonly operation: Operation;
  readonly visibleModels: readonly string[] | undefined;
  readonly body: { readonly outline: JsonObject };
}

/** What a request asks of routing. What its conversation is known by is only looked for where that counts. */
export function routeQuestion({ facts, operation, visibleModels, body }: Asking, plan: Plan): RouteQuestion {
  const { model, preferences } = facts;
  const sessionKey = staysWith(model, plan) ? (facts.sessionKey ?? conversationKey(body.outline)) : undefined;
  return { model, operation, visibleModels, preferences, sessionKey };
}
