import type { Failure } from "../../model/failure.ts";
import type { Operation } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { VIA_HEADER } from "../../wire/via/marks.ts";
import { identify } from "../credentials.ts";
import type { Dialect } from "../dialect.ts";
import { DIALECTS } from "../dialects.ts";
import { loopFailure } from "../loop.ts";
import type { Plan } from "../plan.ts";
import type { ClientRequest } from "../ports.ts";
import { RefusalError } from "../refusal.ts";
import { KNOWN_PATHS } from "../routes.ts";
import type { Route } from "../route.ts";
import { countTokens } from "./count-tokens.ts";
import { geminiModel, geminiModels } from "./gemini-models.ts";
import { storedResponse } from "./stored-responses.ts";
import { answerOllama } from "./ollama.ts";
import { health } from "./health.ts";
import { entriesFor, inTime, noSuchModel } from "./known-models.ts";
import { modelList, oneModel, pageIn } from "./models.ts";
import type { Query, QueryReply } from "./query.ts";
import { ready } from "./ready.ts";
import { root } from "./root.ts";
import { explainRoute } from "./route.ts";

/** Answers what is asked of the gateway itself; what cannot be answered is refused in the reply. */
export async function answerQuery(
  query: Query,
  route: Exclude<Route, { readonly kind: "operation" }>,
): Promise<QueryReply> {
  // Liveness asks nobody, so nothing can come of it; what asks providers would go round and round.
  if (route.kind === "health") return found(health());
  const loop = loopFailure(query.request.headers[VIA_HEADER], query.ports.ids.gatewayId);
  const dialect = DIALECTS[dialectOf(route)];
  if (loop !== undefined) return refused(loop, dialect);
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
        return refused(wrongMethod(query.request, route.allow), dialect, { allow: route.allow });
      case "unknown":
        return refused(unknownPath(query.request), dialect);
      case "count-tokens":
        return await countTokens(query, route);
      case "gemini-models":
        return found(await geminiModels(query));
      case "gemini-model":
        return found(await geminiModel(query, route.id));
      case "ollama":
        return await answerOllama(query, route.question);
      case "stored-response":
        return found(await storedResponse(query, route));
    }
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.failure, dialect);
    throw error;
  }
}

/** Who asks in a dialect is refused in it. */
function dialectOf(route: Exclude<Route, { readonly kind: "operation" }>): Operation {
  switch (route.kind) {
    case "count-tokens":
      return route.dialect;
    case "gemini-models":
    case "gemini-model":
      return "generate-content";
    case "ollama":
      return "ollama-chat";
    case "stored-response":
      return "responses";
    default:
      return "chat-completions";
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
  const entries = await entriesFor(query, query.catalog.list());
  return found(modelList(entries, caller.models, pageIn(request.query)));
}

async function model(query: Query, id: string): Promise<QueryReply> {
  const caller = identify(query.request, query.plan.keys);
  const entries = await entriesFor(query, query.catalog.knowing(id));
  const entry = oneModel(id, entries, caller.models);
  if (entry === undefined) throw new RefusalError(noSuchModel(id));
  return found(entry);
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

function found(body: object | string): QueryReply {
  return { status: 200, headers: {}, body };
}

function refused(failure: Failure, dialect: Dialect, headers: Readonly<Record<string, string>> = {}): QueryReply {
  const encoded = dialect.encodeError(failure);
  return { status: encoded.status, headers: { ...encoded.headers, ...headers }, body: encoded.body };
}
