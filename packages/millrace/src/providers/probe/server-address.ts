import { openaiCompatible } from "../profiles/base.ts";
import { PROFILES } from "../profiles/catalog.ts";
import type { Profile } from "../profiles/profile.ts";
import { type BaseUrl, normalizeBaseUrl } from "../transport/base-url.ts";

/** Where a server is. */
export interface ServerAddress {
  /** Where its routes begin, as a configuration names it. */
  readonly base: string;
  /** The same without the version segment. */
  readonly root: string;
  readonly hostname: string;
  /** The profile of the service whose usual address this is. */
  readonly service: Profile | undefined;
  url(from: "base" | "root", path: string): string;
}

/**
 * Reads what a user calls a server: a URL with or without `/v1`, or `host:port`.
 *
 * @throws {ConfigurationError} for what is no such thing
 */
export function serverAddress(input: string): ServerAddress {
  const { versionSegment } = openaiCompatible;
  const base = normalizeBaseUrl(input, versionSegment);
  const service = serviceAt(base);
  if (service === undefined) return addressOf(base, versionSegment, undefined);
  return addressOf(normalizeBaseUrl(input, service.versionSegment), service.versionSegment, service);
}

/** The same server, its routes beside the version segment. */
export function withoutVersion({ root, service }: ServerAddress): ServerAddress {
  return addressOf(normalizeBaseUrl(root, ""), "", service);
}

function serviceAt({ protocol, hostname }: BaseUrl): Profile | undefined {
  return [...PROFILES.values()].find(({ local, defaultBaseUrl }) => {
    const usual = local || defaultBaseUrl === undefined ? undefined : new URL(defaultBaseUrl);
    return usual?.hostname === hostname && usual.protocol === protocol;
  });
}

function addressOf(base: BaseUrl, versionSegment: string, service: Profile | undefined): ServerAddress {
  const { href, hostname } = base;
  const isVersioned = versionSegment !== "" && href.endsWith(versionSegment);
  const root = isVersioned ? href.slice(0, -versionSegment.length) : href;
  return {
    base: href,
    root,
    hostname,
    service,
    // The query of a base URL belongs to every route.
    url: (from, path) => (from === "base" ? base.url(path) : root + base.url(path).slice(href.length)),
  };
}
