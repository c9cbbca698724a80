import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { VIA_HEADER } from "../../wire/via/marks.ts";
import type { CatalogView } from "../catalog.ts";
import { marksOf } from "../loop.ts";
import { ModelEntries } from "./model-entries.ts";
import { listedFor } from "./passed-lists.ts";
import type { Query } from "./query.ts";

/** What is known of the models there are, for who asks. */
export async function entriesFor(query: Query, known: Promise<CatalogView>): Promise<ModelEntries> {
  const { plan, live, ports, request } = query;
  const view = await inTime(query, known);
  const marks = marksOf(request.headers[VIA_HEADER]);
  if (marks === undefined) return new ModelEntries(plan, view, live.fleet);
  return new ModelEntries(plan, listedFor(view, marks), live.fleet, ports.ids.gatewayId);
}

/**
 * What is known once everybody has answered. Another gateway hears sooner: it may be one of those we are asking, and
 * wait for us as we do for it.
 */
export function inTime({ catalog, plan, ports, request }: Query, known: Promise<CatalogView>): Promise<CatalogView> {
  if (marksOf(request.headers[VIA_HEADER]) === undefined) return known;
  return new Promise((resolve) => {
    const timer = ports.clock.setTimer(plan.modelListTimeoutMs / 2, () => resolve(catalog.latest));
    void known.then((view) => {
      timer.cancel();
      resolve(view);
    });
  });
}

/** A name that means no model here. */
export function noSuchModel(id: string): Failure {
  return failureOf("model_not_found", `There is no model ${id.slice(0, 200)}. GET /v1/models lists those there are.`, {
    fault: "client",
    status: 404,
    param: "model",
    retry: "never",
  });
}
