import { ProviderError } from "../../model/errors.ts";
import type { FailureKind } from "../../model/failure.ts";
import { parseJson } from "../../wire/json/parse.ts";
import type { JsonLoadRoute, LoadRoute } from "../profiles/profile.ts";
import type { CallOptions, ServerLoad } from "../provider.ts";
import { HEALTH_TIMEOUTS } from "./health.ts";
import { loadInDocument, loadInMetrics, type ToldLoad } from "./load-counts.ts";
import { rootUrlOf, urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** How long a route is not asked again that was not there. A server may be started anew with it. */
const MISSING_MS = 300_000;
/** How long after its last work for us a server counts as in use. */
const QUIET_MS = 60_000;
/** A document with hundreds of slots has less. */
const DOCUMENT_BYTES_MAX = 1024 * 1024;
/** What its values may take in memory. */
const VALUE_BYTES_MAX = 8 * 1024 * 1024;
/** Of a longer text of metrics the beginning is read. */
const METRICS_BYTES_MAX = 4 * 1024 * 1024;

const COUNTS = ["slots", "running", "waiting", "loaded"] as const;

/** How asking a route ended without it telling anything. */
type Silence = "missing" | "unreachable" | "not now";

/** Asks a server for its load, by the routes of its profile. */
export class LoadReader {
  readonly #upstream: Upstream;
  /** Until when a route is not asked. */
  readonly #missing = new Map<LoadRoute, number>();
  #workSeen = 0;
  #workedMs = -Infinity;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  async read(options: CallOptions): Promise<ServerLoad | undefined> {
    const context = { ...options, timeouts: { ...HEALTH_TIMEOUTS, ...options.timeouts } };
    const isInUse = this.#isInUse();
    let load: ServerLoad = {};
    for (const route of this.#upstream.settings.profile.load ?? []) {
      if (route.wakes === true && !isInUse) continue;
      if (this.#isMissing(route) || !couldAddTo(load, route)) continue;
      const told = await this.#ask(route, context);
      if (told === "unreachable") {
        this.forget();
        break;
      }
      if (told === "missing") this.#missing.set(route, this.#upstream.clock.now() + MISSING_MS);
      if (typeof told === "string") continue;
      load = { ...told.load, ...load };
      if (told.asleep) break;
    }
    return Object.keys(load).length === 0 ? undefined : load;
  }

  /** The server is gone: whoever is there next may have other routes. */
  forget(): void {
    this.#missing.clear();
  }

  /** Whether it works for us, or did a moment ago: then asking it does not keep it from its sleep. */
  #isInUse(): boolean {
    const { inFlight, total } = this.#upstream.work;
    const nowMs = this.#upstream.clock.now();
    if (inFlight > 0 || total !== this.#workSeen) this.#workedMs = nowMs;
    this.#workSeen = total;
    return nowMs - this.#workedMs < QUIET_MS;
  }

  #isMissing(route: LoadRoute): boolean {
    return this.#upstream.clock.now() < (this.#missing.get(route) ?? -Infinity);
  }

  async #ask(route: LoadRoute, context: CallContext): Promise<ToldLoad | Silence> {
    const { settings } = this.#upstream;
    const { path, from, query } = route;
    const url = from === "root" ? rootUrlOf(settings, path, query) : urlOf(settings, path, query);
    try {
      const reply = await this.#upstream.exchange({ method: "GET", url, stream: false }, context);
      const maxBytes = route.form === "json" ? DOCUMENT_BYTES_MAX : METRICS_BYTES_MAX;
      const bytes = await reply.bytes({ maxBytes, cut: true });
      if (reply.status < 200 || reply.status > 299) return silenceOf(reply.status);
      const text = new TextDecoder().decode(bytes);
      const told =
        route.form === "json"
          ? documentSays(text, route)
          : loadInMetrics(bytes.length < maxBytes ? text : wholeLines(text), route);
      return told === undefined || Object.keys(told.load).length === 0 ? "missing" : told;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind === "cancelled") throw error;
      return UNREACHABLE.has(error.kind) ? "unreachable" : "missing";
    }
  }
}

const UNREACHABLE: ReadonlySet<FailureKind> = new Set(["connection", "timeout", "truncated"]);

/** A server that is loading or busy may answer next time. */
function silenceOf(status: number): Silence {
  const isRefusal = (status >= 400 && status < 500) || status === 501;
  return isRefusal && status !== 408 && status !== 429 ? "missing" : "not now";
}

function couldAddTo(load: ServerLoad, route: LoadRoute): boolean {
  const says: Partial<Record<(typeof COUNTS)[number], unknown>> = route;
  return COUNTS.some((count) => says[count] !== undefined && load[count] === undefined);
}

function documentSays(text: string, route: JsonLoadRoute): ToldLoad | undefined {
  const document = parseJson(text, VALUE_BYTES_MAX);
  return document.ok ? loadInDocument(document.value, route) : undefined;
}

/** Without the line that was cut. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}
