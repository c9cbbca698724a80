import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import { unwrapEnvelope } from "../../wire/failure/envelope.ts";
import { arrayOf, isArray, isObject, numberOf, stringOf } from "../../wire/json/read.ts";
import type { ModelListing, ModelState } from "../profiles/profile.ts";
import { countAt, fieldAt } from "./field-paths.ts";

/** Fields that hold the rows of a list, where it is not the document itself; the first there counts. */
const ROW_FIELDS = ["data", "models", "result", "items"];
/** Fields that identify a model, most usual first. */
const ID_FIELDS = ["id", "name", "model", "key"];
const NAME_FIELDS = ["display_name", "name"];

/** One page of a list of models. */
export interface ModelPage {
  readonly rows: readonly JsonObject[];
  /** The query that asks for the next page, where the server says that there is one. */
  readonly next?: Readonly<Record<string, string>>;
}

/** The rows of a list in any of the shapes that servers give it; nothing where it is none. */
export function modelPage(value: JsonValue): ModelPage | undefined {
  const document = unwrapEnvelope(value);
  if (isArray(document)) return { rows: rowsOf(document) };
  if (!isObject(document)) return undefined;
  const field = ROW_FIELDS.find((name) => isArray(document[name]) || document[name] === null);
  if (field === undefined) return undefined;
  const next = nextPage(document);
  return { rows: rowsOf(arrayOf(document[field])), ...(next === undefined ? {} : { next }) };
}

/** A row as a model of this provider; nothing where it has no id. */
export function modelInfo(row: JsonObject, listing: ModelListing, provider: string): ModelInfo | undefined {
  const listed = firstText(row, ID_FIELDS);
  if (listed === undefined) return undefined;
  const { idPrefix = "" } = listing;
  const id = listed.startsWith(idPrefix) ? listed.slice(idPrefix.length) : listed;
  const created = numberOf(row["created"]);
  const ownedBy = stringOf(row["owned_by"]);
  const aliases = arrayOf(row["aliases"]).filter((alias) => typeof alias === "string");
  return {
    id,
    name: firstText(row, NAME_FIELDS) ?? id,
    provider,
    ...(ownedBy === undefined || ownedBy === "" ? {} : { ownedBy }),
    // Some servers that do not know it say 0.
    ...(created === undefined || created <= 0 ? {} : { created }),
    ...counted("contextLength", row, listing.contextLength),
    ...counted("maxOutputTokens", row, listing.maxOutputTokens),
    ...counted("parameters", row, listing.parameters),
    ...(aliases.length === 0 ? {} : { aliases }),
    state: stateOf(row, listing),
    raw: row,
  };
}

function rowsOf(values: readonly JsonValue[]): readonly JsonObject[] {
  return values.flatMap((value) => {
    if (typeof value === "string") return [{ id: value }];
    return isObject(value) ? [value] : [];
  });
}

function nextPage(document: JsonObject): Readonly<Record<string, string>> | undefined {
  const lastId = stringOf(document["last_id"]);
  if (document["has_more"] === true && lastId !== undefined) return { after: lastId, after_id: lastId };
  const token = firstText(document, ["nextPageToken", "next_page_token"]);
  return token === undefined ? undefined : { pageToken: token };
}

function counted<K extends string>(
  field: K,
  row: JsonObject,
  paths: readonly string[],
): { readonly [key in K]?: number } {
  const count = countAt(row, paths);
  return count === undefined ? {} : ({ [field]: count } as { readonly [key in K]?: number });
}

function stateOf(row: JsonObject, { state, defaultState }: ModelListing): ModelState {
  if (state?.failed !== undefined && fieldAt(row, state.failed) === true) return "failed";
  const word = state === undefined ? undefined : stringOf(fieldAt(row, state.field));
  if (state === undefined || word === undefined) return defaultState;
  return state.words[word] ?? "unknown";
}

function firstText(row: JsonObject, fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const text = stringOf(row[field]);
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}
