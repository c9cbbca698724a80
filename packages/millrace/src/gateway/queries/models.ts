import type { JsonObject } from "../../model/json.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import type { CatalogView } from "../catalog.ts";
import { targetName } from "../exchange.ts";
import { covers } from "../name-pattern.ts";
import type { ModelRoute, Plan } from "../plan.ts";

/** The merged list, in one shape that readers of both the OpenAI and the Anthropic list understand. */
export function modelList(
  plan: Plan,
  catalog: CatalogView,
  asked: { readonly visibleModels: readonly string[] | undefined; readonly limit: number | undefined },
): JsonObject {
  const visible = entries(plan, catalog).filter((entry) => covers(asked.visibleModels, entry.id));
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
  plan: Plan,
  catalog: CatalogView,
  visibleModels: readonly string[] | undefined,
): JsonObject | undefined {
  if (!covers(visibleModels, id)) return undefined;
  const entry = entries(plan, catalog).find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  const [owner, ...others] = catalog.owners(id);
  if (owner === undefined || others.length > 0) return undefined;
  const name = targetName(owner);
  const owned = entries(plan, catalog).find((candidate) => candidate.id === name);
  return owned === undefined ? undefined : { ...owned, id };
}

interface Entry extends JsonObject {
  readonly id: string;
}

function entries(plan: Plan, catalog: CatalogView): Entry[] {
  const named = [...plan.models.values()].map(routeEntry);
  const offered = catalog.listings.flatMap(({ provider, models }) =>
    models.map((model) => offeredEntry(provider, model)),
  );
  return [...named, ...offered];
}

function routeEntry({ name, targets }: ModelRoute): Entry {
  return { ...entry(name, name, 0), owned_by: "millrace", targets: targets.map(targetName) };
}

function offeredEntry(provider: string, model: ModelInfo): Entry {
  return {
    ...entry(`${provider}/${model.id}`, model.name, model.created ?? 0),
    owned_by: model.ownedBy ?? provider,
    provider,
    state: model.state,
    ...(model.contextLength !== undefined && { context_length: model.contextLength }),
    ...(model.maxOutputTokens !== undefined && { max_output_tokens: model.maxOutputTokens }),
  };
}

/** `created` of an unknown age is the epoch, as both lists' readers expect a time. */
function entry(id: string, displayName: string, createdSec: number): Entry {
  return {
    id,
    object: "model",
    created: createdSec,
    type: "model",
    display_name: displayName,
    created_at: timeText(createdSec),
  };
}

/** RFC 3339; a server's nonsense is the epoch. */
function timeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? "1970-01-01T00:00:00.000Z" : time.toISOString();
}
