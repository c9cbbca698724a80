import { ProviderError } from "../../model/errors.ts";
import type { Failure, FailureKind } from "../../model/failure.ts";
import type { Health } from "../../model/model-info.ts";
import { findError } from "../../wire/failure/account.ts";
import { classify } from "../../wire/failure/classify.ts";
import { LOOP } from "../../wire/failure/kind.ts";
import { parseJson } from "../../wire/json/parse.ts";
import type { Timeouts } from "../provider.ts";
import { serverCodec } from "./dialects.ts";
import { rootUrlOf, type Settings, urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** For each step of a health check: one server that hangs must not hold up the others. */
export const HEALTH_TIMEOUTS: Timeouts = { connect: 5_000, firstByte: 5_000, firstContent: 5_000, idle: 5_000 };

/** A request that costs the server next to nothing. */
interface Route {
  readonly url: string;
  /** An empty request to the chat route, which a model server refuses; else a GET. */
  readonly refused?: boolean;
}

/** What a route says: nothing is wrong, or what is. */
type Finding = { readonly state: "up" } | { readonly state: Exclude<Health["state"], "up">; readonly failure: Failure };

/**
 * Asks the server's cheapest route. Where that is not there, the list of models; where that is not
 * either, the chat route gets an empty request, which generates nothing.
 *
 * `auth_required` is reachable but not healthy, for it cannot be used; `limited` is healthy while the
 * limit is one that passes by itself.
 */
export async function checkHealth(upstream: Upstream, context: CallContext): Promise<Health> {
  const startedMs = upstream.clock.now();
  const found = await search(upstream, { ...context, timeouts: { ...HEALTH_TIMEOUTS, ...context.timeouts } });
  return {
    healthy: found.state === "up" || (found.state === "limited" && found.failure.kind === "rate_limit"),
    state: found.state,
    latencyMs: Math.round(upstream.clock.now() - startedMs),
    ...(found.state === "up" ? {} : { failure: found.failure }),
  };
}

async function search(upstream: Upstream, context: CallContext): Promise<Finding> {
  const { settings } = upstream;
  const first = healthRoute(settings);
  const found = await probe(upstream, first, context);
  if (found.state !== "up") return isMissing(found.failure) ? searchOn(upstream, context, found) : found;
  return settings.profile.health.from === "root" ? keyAccepted(upstream, context) : found;
}

/** The health route is not there: asks the others, until one is. */
async function searchOn(upstream: Upstream, context: CallContext, missing: Finding): Promise<Finding> {
  let found = missing;
  for (const route of otherRoutes(upstream.settings)) {
    found = await probe(upstream, route, context);
    if (found.state === "up" || !isMissing(found.failure)) break;
  }
  return found;
}

/** Health routes beside the API need no key, so they do not tell whether ours is good. */
async function keyAccepted(upstream: Upstream, context: CallContext): Promise<Finding> {
  const { path } = upstream.settings.profile.models;
  if (path === undefined) return UP;
  const found = await probe(upstream, { url: urlOf(upstream.settings, path) }, context);
  if (found.state === "up") return UP;
  // A gateway that stands in the server's place is up by itself, and may still lead back to us.
  return found.state === "auth_required" || found.failure.code === LOOP ? found : UP;
}

function healthRoute(settings: Settings): Route {
  const { path, from } = settings.profile.health;
  return { url: from === "root" ? rootUrlOf(settings, path) : urlOf(settings, path) };
}

function otherRoutes(settings: Settings): readonly Route[] {
  const { health, models } = settings.profile;
  const list = health.fallbackPath ?? models.path ?? "/models";
  const routes: readonly Route[] = [
    { url: urlOf(settings, list) },
    { url: urlOf(settings, serverCodec(settings.profile, NO_MODEL.model).routeOf(NO_MODEL).path), refused: true },
  ];
  return routes.filter(({ url }) => url !== healthRoute(settings).url);
}

async function probe(upstream: Upstream, { url, refused = false }: Route, context: CallContext): Promise<Finding> {
  try {
    const post = { method: "POST", body: "{}" } as const;
    const reply = await upstream.exchange({ url, stream: false, ...(refused ? post : { method: "GET" }) }, context);
    const body = await reply.text({ maxBytes: upstream.settings.limits.errorBodyBytes, cut: true });
    const { status, headers, requestId } = reply;
    if (status >= 200 && status < 300 && isFine(body)) return UP;
    const failure = classify({ status, headers, body, wallNowMs: upstream.clock.wallNow() });
    if (refused && REFUSALS.has(failure.kind)) return UP;
    return findingOf(upstream.failures.error(failure, { requestId }).failure);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind === "cancelled") throw error;
    return findingOf(error.failure);
  }
}

/** What an empty request asks for. */
const NO_MODEL = { model: "none", stream: false };

const UP: Finding = { state: "up" };

/** Anything but a web page and a document that reports an error; it may also be empty, or cut. */
function isFine(body: string): boolean {
  if (body.trimStart().startsWith("<")) return false;
  const parsed = parseJson(body);
  return !parsed.ok || findError(parsed.value) === undefined;
}

/** How a model server that is in order answers an empty request. */
const REFUSALS: ReadonlySet<FailureKind> = new Set(["bad_request", "unsupported", "model_not_found"]);

const MISSING_STATUSES: ReadonlySet<number | undefined> = new Set([404, 405, 501]);

function isMissing({ upstream }: Failure): boolean {
  return MISSING_STATUSES.has(upstream?.status);
}

const STATES: Partial<Record<FailureKind, Exclude<Health["state"], "up">>> = {
  auth: "auth_required",
  permission: "auth_required",
  rate_limit: "limited",
  quota: "limited",
  loading: "loading",
  connection: "down",
  timeout: "down",
};

function findingOf(failure: Failure): Finding {
  return { state: STATES[failure.kind] ?? "failing", failure };
}
