import type { JsonObject } from "../../model/json.ts";
import { covers } from "../name-pattern.ts";
import type { ModelEntries, ModelEntry } from "./model-entries.ts";

/** Which part of the list is wanted, in Anthropic's words; all of it where nothing is said. */
export interface ListPage {
  readonly limit?: number;
  readonly afterId?: string;
  readonly beforeId?: string;
}

/** What a query string says of the page. What is no number above 0 is no limit. */
export function pageIn(query: string): ListPage {
  const asked = new URLSearchParams(query);
  const limit = Number(asked.get("limit"));
  const afterId = asked.get("after_id");
  const beforeId = asked.get("before_id");
  return {
    ...(Number.isInteger(limit) && limit > 0 && { limit }),
    ...(afterId !== null && { afterId }),
    ...(beforeId !== null && { beforeId }),
  };
}

/** The merged list, in one shape that readers of both the OpenAI and the Anthropic list understand. */
export function modelList(
  entries: ModelEntries,
  visibleModels: readonly string[] | undefined,
  page: ListPage = {},
): JsonObject {
  const visible = entries.all().filter(({ id }) => covers(visibleModels, id));
  const { data, hasMore } = pageOf(visible, page);
  return {
    object: "list",
    data,
    has_more: hasMore,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** Behind and before an id that is not there is nothing, so that nobody who turns pages goes round in a circle. */
function pageOf(
  entries: readonly ModelEntry[],
  { limit = Infinity, afterId, beforeId }: ListPage,
): { readonly data: readonly ModelEntry[]; readonly hasMore: boolean } {
  const placeOf = (id: string, missing: number): number => {
    const at = entries.findIndex((entry) => entry.id === id);
    return at === -1 ? missing : at;
  };
  const begin = afterId === undefined ? 0 : placeOf(afterId, entries.length) + 1;
  const end = beforeId === undefined ? entries.length : placeOf(beforeId, 0);
  const wanted = entries.slice(begin, end);
  // Who goes backwards wants those right before the id.
  const data = beforeId === undefined ? wanted.slice(0, limit) : wanted.slice(Math.max(0, wanted.length - limit));
  return { data, hasMore: data.length < wanted.length };
}

/** One model, by any name that a request may use; `undefined` where there is none, or none to see. */
export function oneModel(
  id: string,
  entries: ModelEntries,
  visibleModels: readonly string[] | undefined,
): ModelEntry | undefined {
  return covers(visibleModels, id) ? entries.find(id) : undefined;
}
