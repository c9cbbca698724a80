import { ConfigurationError } from "../../model/errors.ts";

/** Where a server's routes begin. */
export interface BaseUrl {
  /** Without a trailing slash and without the query. */
  readonly href: string;
  readonly protocol: "http:" | "https:" | "http+unix:";
  /** As `URL.hostname` gives it; empty for a Unix socket. */
  readonly hostname: string;
  /** The path of the socket file, where requests go through one. */
  readonly socketPath?: string;
  /**
   * @param path begins with a slash, such as `/chat/completions`
   * @param query added to the one the base URL itself carries
   */
  url(path: string, query?: Readonly<Record<string, string>>): string;
}

/** Endings of a base URL that already name a version, or stand for one. */
const VERSIONED = /\/(v\d+[a-z0-9]*|openai|compatible-mode\/v\d+|paas\/v\d+|deployments\/[^/]+)$/i;
/** A whole endpoint that was pasted where the base belongs. */
const ENDPOINT = /\/(chat\/completions|completions|embeddings|messages|models|responses)$/;

/**
 * Makes one form of the many ways to write a base URL: with or without the version segment, with or
 * without a trailing slash, doubled, with a whole endpoint pasted, without a scheme, as a Unix socket.
 *
 * @param input such as `http://127.0.0.1:8080`, `localhost:11434/v1/` or `unix:/run/llama.sock`
 * @param versionSegment what to append when the path names no version yet: `/v1`, or `""`
 * @throws {ConfigurationError} for anything that is no http, https or Unix socket URL
 */
export function normalizeBaseUrl(input: string, versionSegment: string): BaseUrl {
  const text = input.trim();
  const socket = /^(?:unix:|http\+unix:\/\/)(.*)$/i.exec(text);
  return socket ? socketUrl(input, socket[1] ?? "", versionSegment) : networkUrl(input, text, versionSegment);
}

/** What a transport gets for a Unix socket: the file as the host, percent-encoded. */
export function socketPathOf(url: URL): string | undefined {
  return url.protocol === "http+unix:" ? decodeURIComponent(url.hostname) : undefined;
}

function networkUrl(input: string, text: string, versionSegment: string): BaseUrl {
  const url = parsed(input, /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw wrong(input, `the scheme ${url.protocol} is not one of http:, https: and unix:`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new ConfigurationError(
      "base_url",
      "The base URL holds a user name or password. Give the key as api_key instead.",
    );
  }
  if (url.hash !== "") throw wrong(input, "it has a fragment (#…)");
  const href = `${url.protocol}//${url.host}${versionedPath(url.pathname, versionSegment)}`;
  return baseUrl({ href, protocol: url.protocol, hostname: url.hostname, query: url.searchParams });
}

function socketUrl(input: string, rest: string, versionSegment: string): BaseUrl {
  // `unix:/run/x.sock:/prefix` names a path behind the socket; `http+unix://%2Frun%2Fx.sock/prefix` too.
  const encoded = /^(%2f[^/]*)(\/.*)?$/i.exec(rest);
  const plain = /^(\/(?:\/\/?)?[^:?#]+)(?::(\/.*))?$/.exec(rest);
  const file = encoded ? decodeURIComponent(encoded[1] ?? "") : plain?.[1];
  if (file === undefined) throw wrong(input, "it names no socket file; write unix:/path/to.sock");
  const socketPath = file.replace(/^\/+/, "/");
  const path = versionedPath((encoded ? encoded[2] : plain?.[2]) ?? "", versionSegment);
  const href = `http+unix://${encodeURIComponent(socketPath)}${path}`;
  return { ...baseUrl({ href, protocol: "http+unix:", hostname: "", query: new URLSearchParams() }), socketPath };
}

function baseUrl(parts: {
  readonly href: string;
  readonly protocol: BaseUrl["protocol"];
  readonly hostname: string;
  readonly query: URLSearchParams;
}): BaseUrl {
  const { href, protocol, hostname, query } = parts;
  return {
    href,
    protocol,
    hostname,
    url(path, more = {}) {
      if (query.size === 0 && Object.keys(more).length === 0) return href + path;
      const all = new URLSearchParams(query);
      for (const [name, value] of Object.entries(more)) all.set(name, value);
      const search = all.toString();
      return search === "" ? href + path : `${href}${path}?${search}`;
    },
  };
}

function versionedPath(path: string, versionSegment: string): string {
  const trimmed = path
    .replace(/\/{2,}/g, "/")
    .replace(/\/+$/, "")
    .replace(ENDPOINT, "")
    .replace(/(\/v\d+)\1+$/i, "$1");
  if (trimmed.endsWith(versionSegment)) return trimmed;
  const begun = beginning(trimmed, versionSegment);
  if (begun !== "") return trimmed + versionSegment.slice(begun.length);
  return VERSIONED.test(trimmed) ? trimmed : trimmed + versionSegment;
}

/** What a path that stops within the version segment already has of it, such as `/openai` of `/openai/v1`. */
function beginning(path: string, versionSegment: string): string {
  for (let end = versionSegment.lastIndexOf("/"); end > 0; end = versionSegment.lastIndexOf("/", end - 1)) {
    const start = versionSegment.slice(0, end);
    if (path.endsWith(start)) return start;
  }
  return "";
}

function parsed(input: string, text: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw wrong(input, "it is not a URL", cause);
  }
}

function wrong(input: string, why: string, cause?: unknown): ConfigurationError {
  const shown = JSON.stringify(input.length > 120 ? `${input.slice(0, 120)}…` : input);
  return new ConfigurationError("base_url", `The base URL ${shown} cannot be used: ${why}.`, { cause });
}
