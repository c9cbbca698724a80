import { ProviderError } from "../../model/errors.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import { isObject } from "../../wire/json/read.ts";
import type { ModelDetailRoute, ModelListing } from "../profiles/profile.ts";
import { readJson } from "./json-reply.ts";
import { modelInfo, modelPage } from "./model-rows.ts";
import { rootUrlOf, urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** In milliseconds from when the list was asked for. The gateway gives a list up after 2 s. */
const BUDGET_MS = 1_500;
/** Questions at the same time, where each model needs one of its own. */
const ASKED_AT_ONCE = 4;

/** What a route says of a model. */
type Details = Pick<ModelInfo, "contextLength" | "maxOutputTokens"> & Partial<Pick<ModelInfo, "state">>;

/**
 * Adds what a server says of its models on other routes than its list. A route that is not there, fails or takes
 * too long leaves things unknown, and the list as it is.
 *
 * @param askedMs when the list was asked for, on the clock that never goes back
 */
export async function withDetails(
  upstream: Upstream,
  models: readonly ModelInfo[],
  askedMs: number,
  context: CallContext,
): Promise<readonly ModelInfo[]> {
  const { details: routes = [] } = upstream.settings.profile.models;
  const leftMs = askedMs + BUDGET_MS - upstream.clock.now();
  if (routes.length === 0 || leftMs <= 0) return models;
  const budget = new AbortController();
  const timer = upstream.clock.setTimer(leftMs, () => budget.abort());
  try {
    let known = models;
    for (const route of routes) {
      const details = await detailsOn(upstream, route, known, { ...context, stop: budget.signal });
      known = known.map((model) => completed(model, details.get(model.id)));
    }
    return known;
  } finally {
    timer.cancel();
  }
}

/** What the list or an earlier route said of sizes stays; a state is this moment's, so the latest counts. */
function completed(model: ModelInfo, details: Details | undefined): ModelInfo {
  if (details === undefined) return model;
  const { state = model.state, ...sizes } = details;
  return { ...sizes, ...model, state };
}

/** What a route says, by the id of the model. */
async function detailsOn(
  upstream: Upstream,
  route: ModelDetailRoute,
  models: readonly ModelInfo[],
  context: CallContext,
): Promise<ReadonlyMap<string, Details>> {
  const unsized = models.filter(({ contextLength }) => contextLength === undefined);
  switch (route.covers) {
    case "all":
      return unsized.length > 0 || saysState(route) ? listed(upstream, route, context) : new Map();
    case "only":
      return models.length === 1 ? eachAsked(unsized, (model) => askAbout(upstream, route, model, context)) : new Map();
    case "each":
      return eachAsked(unsized, (model) => askAbout(upstream, route, model, context, { model: model.id }));
  }
}

function saysState({ state, listedState }: ModelDetailRoute): boolean {
  return state !== undefined || listedState !== undefined;
}

async function listed(
  upstream: Upstream,
  route: ModelDetailRoute,
  context: CallContext,
): Promise<ReadonlyMap<string, Details>> {
  const page = modelPage((await ask(upstream, route, context)) ?? null);
  const details = (page?.rows ?? []).map((row) => detailsOf(row, route, upstream));
  return new Map(details.filter((entry) => entry !== undefined));
}

async function askAbout(
  upstream: Upstream,
  route: ModelDetailRoute,
  { id }: ModelInfo,
  context: CallContext,
  question?: JsonObject,
): Promise<readonly [string, Details] | undefined> {
  const document = await ask(upstream, route, context, question);
  return isObject(document) ? detailsOf({ ...document, id }, route, upstream) : undefined;
}

/** A document or a row is read like an entry of the list, but where it says nothing, nothing is known. */
function detailsOf(
  row: JsonObject,
  route: ModelDetailRoute,
  { settings }: Upstream,
): readonly [string, Details] | undefined {
  const { idPrefix } = settings.profile.models;
  const listing: ModelListing = {
    contextLength: route.contextLength,
    maxOutputTokens: route.maxOutputTokens ?? [],
    parameters: [],
    defaultState: route.listedState ?? "unknown",
    ...(route.state === undefined ? {} : { state: route.state }),
    ...(idPrefix === undefined ? {} : { idPrefix }),
  };
  const model = modelInfo(row, listing, settings.name);
  if (model === undefined) return undefined;
  const { id, contextLength, maxOutputTokens, state } = model;
  const details: Details = {
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(state === "unknown" ? {} : { state }),
  };
  return [id, details];
}

/** Asks about every model, a few at a time. */
async function eachAsked(
  models: readonly ModelInfo[],
  about: (model: ModelInfo) => Promise<readonly [string, Details] | undefined>,
): Promise<ReadonlyMap<string, Details>> {
  const found = new Map<string, Details>();
  const waiting = models.values();
  const takeTurns = async (): Promise<void> => {
    for (const model of waiting) {
      const entry = await about(model);
      if (entry !== undefined) found.set(...entry);
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, takeTurns));
  return found;
}

/** The document a route gives; nothing where it gives none. */
async function ask(
  upstream: Upstream,
  { path, from, query, keyHeader }: ModelDetailRoute,
  context: CallContext,
  question?: JsonObject,
): Promise<JsonValue | undefined> {
  const { settings } = upstream;
  if (context.stop?.aborted === true) return undefined;
  const request = {
    method: question === undefined ? "GET" : "POST",
    url: from === "root" ? rootUrlOf(settings, path, query) : urlOf(settings, path, query),
    stream: false,
    ...(question === undefined ? {} : { body: JSON.stringify(question) }),
    ...(keyHeader === undefined ? {} : { keyHeader }),
  } as const;
  try {
    return (await readJson(upstream, await upstream.call(request, context))).value;
  } catch (error) {
    // The list is good without it; only a caller who has left wants nothing any more.
    if (!(error instanceof ProviderError) || context.signal?.aborted === true) throw error;
    return undefined;
  }
}
