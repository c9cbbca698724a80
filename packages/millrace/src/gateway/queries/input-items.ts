import type { JsonObject } from "../../model/json.ts";

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 100;

/**
 * What a response was an answer to, as a page of a list: the newest first unless asked otherwise. An item that came
 * without an id has one of its place, so that a client can ask for those after it.
 */
export function inputItemList(items: readonly JsonObject[], query: string): JsonObject {
  const asked = new URLSearchParams(query);
  const named = items.map((item, index) => ({ ...item, id: item["id"] ?? `item_${index}` }));
  const ordered = asked.get("order") === "asc" ? named : named.toReversed();
  // One that is not there is before all others.
  const from = ordered.findIndex(({ id }) => id === asked.get("after")) + 1;
  const data = ordered.slice(from, from + limitIn(asked));
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + data.length < ordered.length,
  };
}

function limitIn(asked: URLSearchParams): number {
  const limit = Number(asked.get("limit"));
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, LIMIT_MAX) : LIMIT_DEFAULT;
}
