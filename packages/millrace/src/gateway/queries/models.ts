import type { JsonObject } from "../../model/json.ts";
import { covers } from "../name-pattern.ts";
import type { ModelEntries, ModelEntry } from "./model-entries.ts";

/** The merged list, in one shape that readers of both the OpenAI and the Anthropic list understand. */
export function modelList(
  entries: ModelEntries,
  asked: { readonly visibleModels: readonly string[] | undefined; readonly limit: number | undefined },
): JsonObject {
  const visible = entries.all().filter((entry) => covers(asked.visibleModels, entry.id));
  const data = visible.slice(0, asked.limit);
  return {
    object: "list",
    data,
    has_more: data.length < visible.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** One model, by any name that a request may use; `undefined` where there is none, or none to see. */
export function oneModel(
  id: string,
  entries: ModelEntries,
  visibleModels: readonly string[] | undefined,
): ModelEntry | undefined {
  return covers(visibleModels, id) ? entries.find(id) : undefined;
}
