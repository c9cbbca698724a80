import type { CancelSignal } from "../../model/cancellation.ts";
import type { CatalogView } from "../catalog.ts";
import type { Admitted, Routed } from "../exchange.ts";
import { previousHolder } from "../kept-responses.ts";
import { RefusalError, clientLeft } from "../refusal.ts";
import type { ResponseHolder } from "../response-holders.ts";
import { routeQuestion } from "../route-question.ts";
import { decideRoute } from "../routing/decide.ts";
import { needsCatalog } from "../routing/names.ts";
import type { RouteQuestion } from "../routing/question.ts";

/**
 * Decides which targets may answer, in order. Only a bare model id needs the providers' lists; it
 * waits for them when they were never read or do not know the id.
 *
 * @throws {RefusalError} 400 for a name of several models, 404 for one of none, 503 when none may be asked now
 */
export function route(admitted: Admitted): Routed | Promise<Routed> {
  const { plan, catalog, facts, request } = admitted;
  if (!needsCatalog(facts.model, plan)) return routed(admitted, catalog.latest);
  return whileConnected(request.signal, catalog.knowing(facts.model)).then((known) => routed(admitted, known));
}

function routed(admitted: Admitted, known: CatalogView): Routed {
  const { draft, live, plan } = admitted;
  const question = goingOn(routeQuestion(admitted, plan), previousHolder(admitted));
  const { alone, candidates, excluded, failure, route: modelRoute } = decideRoute(question, plan, known, live.now());
  draft.candidates = candidates;
  draft.excluded = excluded;
  if (failure !== undefined) throw new RefusalError(failure);
  return { ...admitted, route: modelRoute, candidates, alone, conversation: question.sessionKey };
}

/** Only the server that keeps a response can go on from it. */
function goingOn(question: RouteQuestion, holder: ResponseHolder | undefined): RouteQuestion {
  if (holder === undefined) return question;
  const { order = [] } = question.preferences ?? {};
  return { ...question, preferences: { ...question.preferences, order: [holder.provider, ...order] } };
}

/** The same promise, but a client that leaves does not wait for it. */
function whileConnected<T>(signal: CancelSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(clientLeft());
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave);
    promise.then(resolve, reject);
  });
}
