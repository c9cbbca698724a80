import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { arrayOf } from "../../wire/json/read.ts";
import { identify } from "../credentials.ts";
import { RefusalError } from "../refusal.ts";
import type { Route } from "../route.ts";
import { inputItemList } from "./input-items.ts";
import type { Query } from "./query.ts";

/**
 * A response that is kept here, what it was an answer to, or that it is kept no longer.
 *
 * @throws {RefusalError} 404
 */
export function storedResponse(
  { plan, ports, request }: Query,
  { id, part }: Extract<Route, { readonly kind: "stored-response" }>,
): JsonObject {
  const { name } = identify(request, plan.keys);
  const stored = ports.responses.get(name, id);
  if (stored === undefined) throw new RefusalError(noSuchResponse(id));
  if (request.method === "DELETE") {
    ports.responses.delete(name, id);
    return { id, object: "response", deleted: true };
  }
  if (part === "response") return stored.response;
  const inputs = stored.items.slice(0, stored.items.length - arrayOf(stored.response["output"]).length);
  return inputItemList(inputs, request.query);
}

function noSuchResponse(id: string): ReturnType<typeof failureOf> {
  return failureOf("bad_request", `Response with id '${id.slice(0, 100)}' not found.`, {
    fault: "client",
    code: "response_not_found",
    status: 404,
    param: "response_id",
  });
}
