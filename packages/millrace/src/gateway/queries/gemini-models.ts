import type { JsonObject } from "../../model/json.ts";
import { encodeModel, encodeModelList } from "../../wire/generate-content/models.ts";
import type { ListedModel } from "../../wire/generate-content/models.ts";
import { present } from "../../wire/failure/present.ts";
import { numberOf, stringOf } from "../../wire/json/read.ts";
import { identify } from "../credentials.ts";
import { covers } from "../name-pattern.ts";
import { RefusalError } from "../refusal.ts";
import { entriesFor, noSuchModel } from "./known-models.ts";
import type { ModelEntry } from "./model-entries.ts";
import { oneModel } from "./models.ts";
import type { Query } from "./query.ts";

/** The models there are, as Gemini's clients read a list. */
export async function geminiModels(query: Query): Promise<JsonObject> {
  const { models } = identify(query.request, query.plan.keys);
  const entries = await entriesFor(query, query.catalog.list());
  return encodeModelList(
    entries
      .all()
      .filter(({ id }) => covers(models, id))
      .map(listed),
  );
}

/**
 * One of them.
 *
 * @throws {RefusalError} 404
 */
export async function geminiModel(query: Query, id: string): Promise<JsonObject> {
  const { models } = identify(query.request, query.plan.keys);
  const entry = oneModel(id, await entriesFor(query, query.catalog.knowing(id)), models);
  if (entry === undefined) throw new RefusalError(noSuchModel(id));
  return encodeModel(listed(entry));
}

function listed({ id, ...entry }: ModelEntry): ListedModel {
  const name = stringOf(entry["display_name"]);
  const inputTokens = numberOf(entry["context_length"]);
  const outputTokens = numberOf(entry["max_output_tokens"]);
  return { id, ...present({ name, inputTokens, outputTokens }) };
}
