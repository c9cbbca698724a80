import type { ModelInfo } from "../../model/model-info.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Timeouts } from "../provider.ts";
import { readJson } from "./json-reply.ts";
import { withDetails } from "./model-details.ts";
import { modelInfo, type ModelPage, modelPage } from "./model-rows.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** A list is a look-up, not an answer: who waits minutes for it waits in vain. In milliseconds. */
const LISTING_MS_MAX = 30_000;
/** One page; the longest list there is has about 1 MB. */
const LIST_BYTES_MAX = 8 * 1024 * 1024;
/** Against a server that never comes to the end of its pages. */
const PAGES_MAX = 50;

/** The models a server offers, all pages of them, in its own order, with what it says of them elsewhere. */
export async function listModels(upstream: Upstream, context: CallContext): Promise<readonly ModelInfo[]> {
  const { name, profile, timeouts } = upstream.settings;
  const patient: CallContext = { ...context, timeouts: { ...shortened(timeouts), ...context.timeouts } };
  const askedMs = upstream.clock.now();
  const found = new Map<string, ModelInfo>();
  let query: ModelPage["next"] = {};
  for (let pages = 0; query !== undefined && pages < PAGES_MAX; pages += 1) {
    const page: ModelPage = await readPage(upstream, patient, query);
    const before = found.size;
    for (const row of page.rows) {
      const model = modelInfo(row, profile.models, name);
      if (model !== undefined && !found.has(model.id)) found.set(model.id, model);
    }
    // A server that does not know the parameter gives its first page again.
    query = found.size > before ? page.next : undefined;
  }
  return withDetails(upstream, [...found.values()], askedMs, patient);
}

async function readPage(
  upstream: Upstream,
  context: CallContext,
  query: Readonly<Record<string, string>>,
): Promise<ModelPage> {
  const { profile } = upstream.settings;
  if (profile.models.path === undefined) {
    throw upstream.failures.error(
      failureOf("unsupported", `${profile.label} has no list of models: name them yourself.`),
    );
  }
  const url = urlOf(upstream.settings, profile.models.path, { ...profile.models.query, ...query });
  const reply = await upstream.call({ method: "GET", url, stream: false }, context);
  const page = modelPage((await readJson(upstream, reply, { maxBytes: LIST_BYTES_MAX })).value);
  if (page !== undefined) return page;
  const message = "The reply is JSON but no list of models: check the base URL.";
  throw upstream.failures.error(failureOf("protocol", message), { requestId: reply.requestId });
}

function shortened({ connect, firstByte, firstContent, idle }: Timeouts): Timeouts {
  return { connect, firstByte: capped(firstByte), firstContent: capped(firstContent), idle: capped(idle) };
}

/** Where 0 switches a limit off, it stays off. */
function capped(limitMs: number): number {
  return Math.min(limitMs, LISTING_MS_MAX);
}
