import { ProviderError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { HeldResponseQuestion } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { arrayOf } from "../../wire/json/read.ts";
import { identify } from "../credentials.ts";
import { RefusalError } from "../refusal.ts";
import type { Route } from "../route.ts";
import { inputItemList } from "./input-items.ts";
import type { Query } from "./query.ts";

type StoredResponseRoute = Extract<Route, { readonly kind: "stored-response" }>;

/**
 * A response that is kept here or by the server that gave it, what it was an answer to, or that it is cancelled or kept
 * no longer.
 *
 * @throws {RefusalError} 404 where nobody is known to keep it, and what its server refuses
 */
export async function storedResponse(query: Query, route: StoredResponseRoute): Promise<JsonObject | string> {
  const { plan, ports, request } = query;
  const { name } = identify(request, plan.keys);
  const stored = ports.responses.get(name, route.id);
  if (stored === undefined) return heldResponse(query, name, route);
  if (request.method === "DELETE") {
    ports.responses.delete(name, route.id);
    return { id: route.id, object: "response", deleted: true };
  }
  if (route.part === "cancel") throw new RefusalError(notInBackground(route.id));
  if (route.part === "response") return stored.response;
  const inputs = stored.items.slice(0, stored.items.length - arrayOf(stored.response["output"]).length);
  return inputItemList(inputs, request.query);
}

/** The server's own words. */
async function heldResponse(
  { live, plan, request }: Query,
  caller: string,
  { id, part }: StoredResponseRoute,
): Promise<string> {
  const holder = live.responses.of(caller, id);
  const provider = holder && plan.providers.get(holder.provider);
  if (holder === undefined || provider?.askForHeld === undefined) throw new RefusalError(noSuchResponse(id));
  const query = new URLSearchParams(request.query);
  if (query.get("stream") === "true") throw new RefusalError(noStream());
  // The gateway's key, in the form in which it may stand in a URL.
  query.delete("key");
  const { credential } = holder;
  const { timeouts } = plan;
  try {
    const question = { id, action: actionOf(request.method, part), query: query.toString() };
    return await provider.askForHeld(question, { signal: request.signal, timeouts, credential });
  } catch (error) {
    if (error instanceof ProviderError) throw new RefusalError(error.failure, { cause: error });
    throw error;
  }
}

function actionOf(method: string, part: StoredResponseRoute["part"]): HeldResponseQuestion["action"] {
  if (part === "cancel") return "cancel";
  if (part === "input_items") return "read-input";
  return method === "DELETE" ? "delete" : "read";
}

function noSuchResponse(id: string): ReturnType<typeof failureOf> {
  return failureOf("bad_request", `Response with id '${id.slice(0, 100)}' not found.`, {
    fault: "client",
    code: "response_not_found",
    status: 404,
    param: "response_id",
  });
}

function notInBackground(id: string): ReturnType<typeof failureOf> {
  const message = `Response '${id.slice(0, 100)}' is complete: only one that is made in the background can be cancelled.`;
  return failureOf("bad_request", message, { fault: "client", param: "response_id" });
}

function noStream(): ReturnType<typeof failureOf> {
  const message = "A response is given whole: leave `stream` out.";
  return failureOf("bad_request", message, { fault: "client", param: "stream" });
}
