import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Catalog } from "../catalog.ts";
import { identify } from "../credentials.ts";
import { DIALECTS } from "../dialects.ts";
import type { Gate } from "../gate.ts";
import type { Plan } from "../plan.ts";
import type { ClientRequest, GatewayPorts } from "../ports.ts";
import { RefusalError } from "../refusal.ts";
import { KNOWN_PATHS } from "../routes.ts";
import type { Route } from "../routes.ts";
import { health } from "./health.ts";
import { modelList, oneModel } from "./models.ts";
import { ready } from "./ready.ts";
import { root } from "./root.ts";

/** A request that no model has to answer. */
export interface Query {
  readonly id: string;
  readonly request: ClientRequest;
  readonly plan: Plan;
  readonly catalog: Catalog;
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
  try {
    switch (route.kind) {
      case "health":
        return found(health());
      case "root":
        return found(root());
      case "ready":
        return await readiness(query);
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
  const { gate, plan, request } = query;
  const catalog = await query.catalog.list();
  const options = { draining: gate.draining, detailed: mayCall(request, plan) };
  return { ...ready(catalog, plan, options), headers: {} };
}

async function models({ request, plan, catalog }: Query): Promise<QueryReply> {
  const caller = identify(request, plan.keys);
  const limit = Number(new URLSearchParams(request.query).get("limit"));
  const asked = { visibleModels: caller.models, limit: Number.isInteger(limit) && limit > 0 ? limit : undefined };
  return found(modelList(plan, await catalog.list(), asked));
}

async function model({ request, plan, catalog }: Query, id: string): Promise<QueryReply> {
  const caller = identify(request, plan.keys);
  const entry = oneModel(id, plan, await catalog.knowing(id), caller.models);
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
