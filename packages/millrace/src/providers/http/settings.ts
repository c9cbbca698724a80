import { ConfigurationError } from "../../model/errors.ts";
import { DEFAULT_LIMITS, type Limits } from "../../model/limits.ts";
import type { Warning } from "../../model/warning.ts";
import { isMark } from "../../wire/via/marks.ts";
import { profileOf } from "../profiles/catalog.ts";
import type { Profile } from "../profiles/profile.ts";
import type { Timeouts } from "../provider.ts";
import { normalizeBaseUrl, type BaseUrl } from "../transport/base-url.ts";
import { cloudAccount, type CloudCredentials } from "./cloud-accounts.ts";
import { type Credentials, credentialsOf } from "./credentials.ts";
import { DEFAULT_TIMEOUTS, type HttpProviderOptions } from "./options.ts";
import { isPrivateHost } from "./private-host.ts";

/** The options of a provider, complete and checked. */
export interface Settings extends Credentials {
  readonly name: string;
  readonly profile: Profile;
  readonly base: BaseUrl;
  readonly query: Readonly<Record<string, string>>;
  /** Who signs requests, where a key is not enough. */
  readonly cloud?: CloudCredentials;
  /** The server is on this machine or in this network. */
  readonly local: boolean;
  readonly timeouts: Timeouts;
  readonly limits: Limits;
  readonly streamUpstream: boolean;
  readonly retries: number;
  /** The mark that requests carry, where they could lead back to who sends them. */
  readonly via?: string;
  /** Told once, at construction. */
  readonly warnings: readonly Warning[];
}

/** @throws {ConfigurationError} where an option cannot be used as it is; there is no fallback */
export function settingsOf(options: HttpProviderOptions): Settings {
  const profile = withContext(resolveProfile(options.profile ?? "openai-compatible"), options.context);
  const account = profile.platform && cloudAccount(profile.platform, options, process.env);
  const base = normalizeBaseUrl(account?.baseUrl ?? baseUrlOf(options, profile), profile.versionSegment);
  const query = { ...profile.query, ...options.query };
  // A base URL can carry a query of its own, and a key in it.
  const wholeQuery = Object.fromEntries(new URL(base.url("/", query)).searchParams);
  const credentials = credentialsOf({
    auth: profile.auth,
    apiKey: options.apiKey,
    apiKeys: options.apiKeys,
    headers: { ...profile.headers, ...options.headers },
    query: wholeQuery,
  });
  const isPrivate = base.socketPath !== undefined || isPrivateHost(base.hostname);
  return {
    name: checkedName(options.name ?? profile.id),
    profile,
    base,
    query,
    ...credentials,
    ...(account?.credentials && { cloud: account.credentials }),
    local: profile.local || isPrivate,
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    streamUpstream: options.streamUpstream ?? profile.streamUpstream,
    retries: options.retries ?? 0,
    ...viaOf(options.via, profile, base),
    warnings: base.protocol === "http:" && !isPrivate && credentials.secrets.length > 0 ? [insecureKey(base)] : [],
  };
}

/**
 * A service in its usual place is no gateway of ours, and is told nothing of one. Anything else may lead back here,
 * also a local server's usual port.
 */
function viaOf(via: string | undefined, profile: Profile, base: BaseUrl): { readonly via?: string } {
  if (via === undefined) return {};
  if (!isMark(via)) throw new ConfigurationError("via", `${JSON.stringify(via)} cannot mark a request.`);
  const { defaultBaseUrl, versionSegment } = profile;
  const usual = defaultBaseUrl === undefined ? undefined : normalizeBaseUrl(defaultBaseUrl, versionSegment).href;
  return !profile.local && base.href === usual ? {} : { via };
}

/** The absolute URL of a route below the base, such as `/chat/completions`. */
export function urlOf({ base, query }: Settings, path: string, more: Readonly<Record<string, string>> = {}): string {
  return base.url(path, { ...query, ...more });
}

/** The absolute URL of a route beside the version segment, such as `/health`. */
export function rootUrlOf(settings: Settings, path: string, more: Readonly<Record<string, string>> = {}): string {
  const { href } = settings.base;
  const { versionSegment } = settings.profile;
  const root = versionSegment !== "" && href.endsWith(versionSegment) ? href.slice(0, -versionSegment.length) : href;
  return root + urlOf(settings, path, more).slice(href.length);
}

function resolveProfile(profile: string | Profile): Profile {
  if (typeof profile !== "string") return profile;
  const known = profileOf(profile);
  if (known !== undefined) return known;
  const message = `There is no profile "${profile}". Use openai-compatible for a server that has none of its own.`;
  throw new ConfigurationError("profile", message);
}

/** The profile with the context that a model is loaded with, where its dialect has a word for that. */
function withContext(profile: Profile, context: number | undefined): Profile {
  if (context === undefined || profile.transport === "embedded") return profile;
  const { conversation } = profile;
  if (conversation?.name !== "ollama") {
    const message = `${profile.label} cannot be told how much context to load a model with. Take the profile ollama-native.`;
    throw new ConfigurationError("context", message);
  }
  return { ...profile, conversation: { ...conversation, rules: { ...conversation.rules, contextLength: context } } };
}

function baseUrlOf({ baseUrl }: HttpProviderOptions, profile: Profile): string {
  const url = baseUrl ?? profile.defaultBaseUrl;
  if (url !== undefined && url.trim() !== "") return url;
  throw new ConfigurationError("base_url", `The profile ${profile.id} has no usual address: say where the server is.`);
}

/** A name stands before a slash in `provider/model`, and in headers. */
function checkedName(name: string): string {
  if (/^[^\s/\p{Cc}]+$/u.test(name)) return name;
  const message = `${JSON.stringify(name)} cannot name a provider: it must not be empty, and hold no slash or space.`;
  throw new ConfigurationError("name", message);
}

function insecureKey(base: BaseUrl): Warning {
  return {
    code: "insecure-key",
    message: `The key for ${base.href} is sent over plain http to a host that is not private: anyone on the way can read it. Use https.`,
  };
}
