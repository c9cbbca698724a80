import type { JsonObject } from "../../model/json.ts";
import { objectOf, stringOf } from "../../wire/json/read.ts";
import { countAt, fieldAt } from "../http/field-paths.ts";
import { modelInfo, modelPage } from "../http/model-rows.ts";
import type { ModelDetailRoute, Profile } from "../profiles/profile.ts";
import type { Asker } from "./asker.ts";
import type { FoundModel } from "./finding.ts";
import type { Reply } from "./question.ts";

/** Where each model is asked about by itself, a request each. */
const ASKED_ABOUT_MAX = 20;

/** The models a list names; nothing where the reply is no list. */
export function modelsOf(list: Reply, { models: listing }: Profile): readonly FoundModel[] | undefined {
  const page = list.json === undefined || list.status !== 200 ? undefined : modelPage(list.json);
  return page?.rows.flatMap((row) => {
    const info = modelInfo(row, listing, "");
    return info === undefined ? [] : [{ id: info.id, state: info.state, ...contextIn(row, listing.contextLength, "") }];
  });
}

/** Adds what the server says on other routes, as its profile names them. */
export async function withDetails(
  models: readonly FoundModel[],
  asker: Asker,
  { models: listing }: Profile,
): Promise<readonly FoundModel[]> {
  let known = models;
  for (const route of listing.details ?? []) known = await detailed(known, asker, route);
  return known;
}

async function detailed(
  models: readonly FoundModel[],
  asker: Asker,
  route: ModelDetailRoute,
): Promise<readonly FoundModel[]> {
  const { path, from, covers } = route;
  if (covers === "each") {
    const found: FoundModel[] = [];
    for (const [position, model] of models.entries()) {
      const ask = model.contextLength === undefined && position < ASKED_ABOUT_MAX;
      const reply = ask ? await asker.ask({ method: "POST", path, from, body: { model: model.id } }) : undefined;
      found.push(completed(model, objectOf(reply?.json), route));
    }
    return found;
  }
  if (covers === "only" && models.length !== 1) return models;
  const { json } = await asker.ask({ method: "GET", path, from });
  if (covers === "only") return models.map((model) => completed(model, objectOf(json), route));
  const rows = json === undefined ? [] : (modelPage(json)?.rows ?? []);
  return models.map((model) =>
    completed(
      model,
      rows.find((row) => namesOf(row).includes(model.id)),
      route,
    ),
  );
}

/** What was known of sizes stays; a state is this moment's. */
function completed(model: FoundModel, row: JsonObject | undefined, route: ModelDetailRoute): FoundModel {
  if (row === undefined) return model;
  const word = route.state === undefined ? undefined : stringOf(fieldAt(row, route.state.field));
  const said = word === undefined ? undefined : route.state?.words[word];
  return {
    ...contextIn(row, route.contextLength, `${route.path} `),
    ...model,
    state: said ?? route.listedState ?? model.state,
  };
}

function contextIn(row: JsonObject, paths: readonly string[], where: string): Partial<FoundModel> {
  for (const path of paths) {
    const contextLength = countAt(row, [path]);
    if (contextLength !== undefined) return { contextLength, contextLengthFrom: where + path };
  }
  return {};
}

function namesOf(row: JsonObject): readonly unknown[] {
  return [row["id"], row["name"], row["model"]];
}

const EMBEDS = /embed|bge|\be5\b|gte-|minilm/iu;
const NEITHER = /rerank|whisper|tts|dall-e|moderation|image|audio|realtime/iu;

/** The models to ask: one that chats and one that embeds, the ready ones first. */
export function chooseModels(
  models: readonly FoundModel[],
  wanted: string | undefined,
): { readonly model?: string; readonly embeddingsModel?: string } {
  const readyFirst = [
    ...models.filter(({ state }) => state === "ready"),
    ...models.filter(({ state }) => state !== "ready"),
  ];
  const ids = readyFirst.map(({ id }) => id);
  const chats = wanted ?? ids.find((id) => !EMBEDS.test(id) && !NEITHER.test(id)) ?? ids[0];
  const embeds = wanted !== undefined && EMBEDS.test(wanted) ? wanted : (ids.find((id) => EMBEDS.test(id)) ?? chats);
  return {
    ...(chats === undefined ? {} : { model: chats }),
    ...(embeds === undefined ? {} : { embeddingsModel: embeds }),
  };
}
