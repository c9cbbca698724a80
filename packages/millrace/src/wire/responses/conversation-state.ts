import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../failure/kinds.ts";
import { objectsOf, stringOf } from "../json/read.ts";
import { inputItems, itemType } from "./input-list.ts";

/** What is kept of an answered request, so that the next one may name it instead of repeating it. */
export interface StoredResponse {
  readonly id: string;
  /** The conversation up to and with the answer. */
  readonly items: readonly JsonObject[];
  /** The answer as the client was given it. */
  readonly response: JsonObject;
}

/** The response that a request goes on from, by its id. */
export function previousResponseId(body: JsonObject): string | undefined {
  return stringOf(body["previous_response_id"]);
}

/** A request that goes on from a stored response as one that holds the whole conversation. */
export function expandedBody(body: JsonObject, previous: StoredResponse): JsonObject {
  const { previous_response_id: _named, input, ...rest } = body;
  return { ...rest, input: [...previous.items, ...inputItems(input)] };
}

/** What to keep: `body` holds the whole conversation, and `response` is what the client was given. */
export function storedResponse(body: JsonObject, response: JsonObject): StoredResponse {
  const output = objectsOf(response["output"]);
  return { id: stringOf(response["id"]) ?? "", items: [...inputItems(body["input"]), ...output], response };
}

/** Whether the client wants its answer kept, which it does unless it says otherwise. */
export function wantsStored(body: JsonObject): boolean {
  return body["store"] !== false;
}

/** The ids of the items that a request names instead of repeating them, as the AI SDK does with what was stored. */
export function referencedItems(body: JsonObject): readonly string[] {
  return inputItems(body["input"]).flatMap((item) => (isReference(item) ? [stringOf(item["id"]) ?? ""] : []));
}

/** A request with the items in it that it named, or which of them is unknown. */
export function resolvedBody(body: JsonObject, itemOf: (id: string) => JsonObject | undefined): JsonObject | Failure {
  const items = inputItems(body["input"]);
  if (!items.some(isReference)) return body;
  const resolved: JsonObject[] = [];
  for (const [index, item] of items.entries()) {
    const id = stringOf(item["id"]) ?? "";
    const found = isReference(item) ? itemOf(id) : item;
    if (found === undefined) return unknownItem(id, `input[${index}].id`);
    resolved.push(found);
  }
  return { ...body, input: resolved };
}

/** What a client is told that goes on from a response nobody has: it is not kept, or is no more. */
export function unknownResponse(id: string): Failure {
  return failureOf("bad_request", `Previous response with id '${id}' not found.`, {
    code: "previous_response_not_found",
    param: "previous_response_id",
  });
}

function unknownItem(id: string, param: string): Failure {
  const hint = "Items are kept only with `store` and for a while: send the item itself instead";
  return failureOf("bad_request", `Item with id '${id}' not found. ${hint}.`, { code: "item_not_found", param });
}

function isReference(item: JsonObject): boolean {
  return itemType(item) === "item_reference";
}
