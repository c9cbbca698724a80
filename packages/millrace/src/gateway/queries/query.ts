import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { VIA_HEADER } from "../../wire/via/marks.ts";
import type { Catalog, CatalogView } from "../catalog.ts";
import { identify } from "../credentials.ts";
import { DIALECTS } from "../dialects.ts";
import type { Gate } from "../gate.ts";
import type { Live } from "../live.ts";
import { loopFailure, marksOf } from "../loop.ts";
import type { Plan } from "../plan.ts";
import type { ClientRequest, GatewayPorts } from "../ports.ts";
import { RefusalError } from "../refusal.ts";
import { KNOWN_PATHS } from "../routes.ts";
import type { Route } from "../routes.ts";
import { health } from "./health.ts";
import { ModelEntries } from "./model-entries.ts";
import { modelList, oneModel } from "./models.ts";
import { listedFor } from "./passed-lists.ts";
import { ready } from "./ready.ts";
import { root } from "./root.ts";
import { explainRoute } from "./route.ts";

/** A request that no model has to answer. */
export interface Query {
  readonly id: string;
  readonly request: ClientRequest;
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly live: Live;
  readonly gate: Gate;
  readonly ports: GatewayPorts;
}

/** A JSON reply, ready to send. */
export interface QueryReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Answers what is asked of the gateway itself; what cannot be answered is refused in the reply. */
export async function answerQuery(
  query: Query,
  route: Exclude<Route, { readonly kind: "operation" }>,
): Promise<QueryReply> {
  // Liveness asks nobody, so nothing can come of it; what asks providers would go round and round.
  if (route.kind === "health") return found(health());
  const loop = loopFailure(query.request.headers[VIA_HEADER], query.ports.ids.gatewayId);
  if (loop !== undefined) return refused(loop);
  try {
    switch (route.kind) {
      case "root":
        return found(root());
      case "ready":
        return await readiness(query);
      case "route":
        return found(await explainRoute(query));
      case "models":
        return await models(query);
      case "model":
        return await model(query, route.id);
      case "wrong-method":
        return refused(wrongMethod(query.request, route.allow), { allow: route.allow });
      case "unknown":
        return refused(unknownPath(query.request));
    }
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.failure);
    throw error;
  }
}

async function readiness(query: Query): Promise<QueryReply> {
  const { gate, live, plan, ports, request } = query;
  const catalog = await inTime(query, query.catalog.list());
  const options = { draining: gate.draining, detailed: mayCall(request, plan) };
  return { ...ready(catalog, plan, { fleet: live.fleet, clock: ports.clock }, options), headers: {} };
}

async function models(query: Query): Promise<QueryReply> {
  const { request, plan } = query;
  const caller = identify(request, plan.keys);
  const limit = Number(new URLSearchParams(request.query).get("limit"));
  const asked = { visibleModels: caller.models, limit: Number.isInteger(limit) && limit > 0 ? limit : undefined };
  return found(modelList(await entriesFor(query, query.catalog.list()), asked));
}

async function model(query: Query, id: string): Promise<QueryReply> {
  const caller = identify(query.request, query.plan.keys);
  const entries = await entriesFor(query, query.catalog.knowing(id));
  const entry = oneModel(id, entries, caller.models);
  if (entry !== undefined) return found(entry);
  return refused(
    failureOf("model_not_found", `There is no model ${id.slice(0, 200)}. GET /v1/models lists those there are.`, {
      fault: "client",
      status: 404,
      param: "model",
      retry: "never",
    }),
  );
}

async function entriesFor(query: Query, known: Promise<CatalogView>): Promise<ModelEntries> {
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
function inTime({ catalog, plan, ports, request }: Query, known: Promise<CatalogView>): Promise<CatalogView> {
  if (marksOf(request.headers[VIA_HEADER]) === undefined) return known;
  return new Promise((resolve) => {
    const timer = ports.clock.setTimer(plan.modelListTimeoutMs / 2, () => resolve(catalog.latest));
    void known.then((view) => {
      timer.cancel();
      resolve(view);
    });
  });
}

function mayCall(request: ClientRequest, plan: Plan): boolean {
  try {
    identify(request, plan.keys);
    return true;
  } catch (error) {
    if (error instanceof RefusalError) return false;
    throw error;
  }
}

function wrongMethod({ method, path }: ClientRequest, allow: string): Failure {
  return failureOf("bad_request", `${path.slice(0, 200)} takes ${allow}, not ${method}.`, {
    fault: "client",
    code: "method_not_allowed",
    status: 405,
    retry: "never",
  });
}

function unknownPath({ path }: ClientRequest): Failure {
  return failureOf(
    "route_not_found",
    `There is nothing at ${path.slice(0, 200)}. There is ${KNOWN_PATHS.join(", ")}.`,
    {
      fault: "client",
      status: 404,
      retry: "never",
    },
  );
}

function found(body: object): QueryReply {
  return { status: 200, headers: {}, body };
}

function refused(failure: Failure, headers: Readonly<Record<string, string>> = {}): QueryReply {
  const encoded = DIALECTS["chat-completions"].encodeError(failure);
  return { status: encoded.status, headers: { ...encoded.headers, ...headers }, body: encoded.body };
}
