import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { numberOf, stringOf } from "../../wire/json/read.ts";
import { withoutLatest } from "../../wire/ollama/model-name.ts";
import { encodeProcesses, encodeShow, encodeTags } from "../../wire/ollama/models.ts";
import type { ListedModel } from "../../wire/ollama/models.ts";
import { identify } from "../credentials.ts";
import { covers } from "../name-pattern.ts";
import { RefusalError } from "../refusal.ts";
import { textHash } from "../routing/text-hash.ts";
import { askedBody } from "./asked-body.ts";
import { entriesFor, noSuchModel } from "./known-models.ts";
import type { ModelEntry } from "./model-entries.ts";
import { oneModel } from "./models.ts";
import type { Query } from "./query.ts";

/** The models there are, as Ollama's clients read a list. */
export async function ollamaTags(query: Query): Promise<JsonObject> {
  return encodeTags((await visibleEntries(query)).map(listed));
}

/** Those of them that are loaded. */
export async function ollamaPs(query: Query): Promise<JsonObject> {
  const entries = await visibleEntries(query);
  return encodeProcesses(entries.filter(({ state }) => state === "ready" || state === "full").map(listed));
}

/**
 * All that is known of one model.
 *
 * @throws {RefusalError} 404
 */
export async function ollamaShow(query: Query): Promise<JsonObject> {
  return encodeShow(listed((await askedModel(query)).entry));
}

/** A model that was asked for in a body, and the body. */
export interface AskedModel {
  readonly entry: ModelEntry;
  readonly asked: JsonObject;
}

/**
 * The model that a body names, as `model` or, in older clients, as `name`.
 *
 * @throws {RefusalError} 404 where there is none, 400 where none is named
 */
export async function askedModel(query: Query): Promise<AskedModel> {
  const { models } = identify(query.request, query.plan.keys);
  const asked = (await askedBody(query)).outline;
  const id = stringOf(asked["model"]) || stringOf(asked["name"]);
  if (id === undefined || id === "") {
    throw new RefusalError(failureOf("bad_request", "`model` is missing: name the model", { param: "model" }));
  }
  const entry = (await find(query, id, models)) ?? (await find(query, withoutLatest(id), models));
  if (entry === undefined) throw new RefusalError(noSuchModel(id));
  return { entry, asked };
}

async function find(query: Query, id: string, visible: readonly string[] | undefined): Promise<ModelEntry | undefined> {
  return oneModel(id, await entriesFor(query, query.catalog.knowing(id)), visible);
}

async function visibleEntries(query: Query): Promise<readonly ModelEntry[]> {
  const { models } = identify(query.request, query.plan.keys);
  const entries = await entriesFor(query, query.catalog.list());
  return entries.all().filter(({ id }) => covers(models, id));
}

function listed(entry: ModelEntry): ListedModel {
  const contextLength = numberOf(entry["context_length"]);
  const { capabilities } = entry;
  return {
    name: entry.id,
    createdSec: numberOf(entry["created"]) ?? 0,
    digest: digestOf(entry.id),
    ...(contextLength !== undefined && { contextLength }),
    ...(Array.isArray(capabilities) && { capabilities: capabilities.filter((word) => typeof word === "string") }),
  };
}

const DIGEST_LENGTH = 64;
/** A hash has 53 bits. */
const HASH_LENGTH = 14;

/** Readers tell models apart by this: the same for a name at all times, and another for every name. */
function digestOf(name: string): string {
  let digest = "";
  for (let seed = 0; digest.length < DIGEST_LENGTH; seed += 1) {
    digest += textHash(name, seed).toString(16).padStart(HASH_LENGTH, "0");
  }
  return digest.slice(0, DIGEST_LENGTH);
}
