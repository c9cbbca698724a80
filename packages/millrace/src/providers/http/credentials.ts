import { ConfigurationError } from "../../model/errors.ts";
import type { AuthStyle } from "../profiles/profile.ts";
import { checkHeader } from "../transport/headers.ts";
import { isReserved } from "./reserved-headers.ts";

/** What is sent with every request, and what of it must never be shown. */
export interface Credentials {
  /** Lower-case names, the first key among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of the headers that hold a credential; a single call cannot set them. */
  readonly credentialHeaders: ReadonlySet<string>;
  readonly secrets: readonly string[];
  /** The keys that were given, of which a request carries one. */
  readonly keys: readonly Key[];
}

/** A key, and the header that usually carries it. */
export interface Key {
  readonly value: string;
  readonly header: string;
  /** What stands in that header. */
  readonly field: string;
}

/** Names of headers and query parameters whose values are secrets. */
const SECRET_NAME = /auth|key|token|secret|password|cookie|signature/iu;

/**
 * @throws {ConfigurationError} for a key or header that would break out of its line, and for a header that
 *   contradicts the key
 */
export function credentialsOf(options: {
  readonly auth: AuthStyle;
  readonly apiKey?: string | undefined;
  readonly apiKeys?: readonly string[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}): Credentials {
  const own = ownHeaders(options.headers);
  const keys = keysOf(options);
  const usual = keys[0] === undefined ? {} : { [keys[0].header]: keys[0].field };
  for (const name of Object.keys(usual)) {
    if (own[name] === undefined) continue;
    throw new ConfigurationError(
      "headers",
      `headers.${name} and api_key both set the credential. Leave one of them out.`,
    );
  }
  const secretHeaders = Object.entries(own).filter(([name]) => SECRET_NAME.test(name));
  const secretQuery = Object.entries(options.query).filter(([name]) => SECRET_NAME.test(name));
  return {
    headers: { ...own, ...usual },
    credentialHeaders: new Set([...Object.keys(usual), ...secretHeaders.map(([name]) => name)]),
    secrets: [
      ...keys.map(({ value }) => value),
      ...secretHeaders.flatMap(([, value]) => withoutScheme(value)),
      ...secretQuery.map(([, value]) => value),
    ].filter((secret) => secret !== ""),
    keys,
  };
}

/** Each key once. An empty one is none, as where a variable is not set. */
function keysOf({
  auth,
  apiKey,
  apiKeys,
}: {
  readonly auth: AuthStyle;
  readonly apiKey?: string | undefined;
  readonly apiKeys?: readonly string[] | undefined;
}): readonly Key[] {
  if (apiKey !== undefined && apiKeys !== undefined) {
    throw new ConfigurationError("api_keys", "api_key and api_keys both give the credential. Leave one of them out.");
  }
  const keys = new Map<string, Key>();
  for (const [index, value] of (apiKeys ?? [apiKey ?? ""]).entries()) {
    if (value.trim() === "") continue;
    keys.set(value, keyFor(auth, value, apiKeys === undefined ? "api_key" : `api_keys[${index}]`));
  }
  return [...keys.values()];
}

function keyFor({ scheme }: AuthStyle, value: string, setting: string): Key {
  checkHeader("authorization", value, setting);
  return scheme === "bearer"
    ? { value, header: "authorization", field: `Bearer ${value}` }
    : { value, header: scheme, field: value };
}

function ownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    checkHeader(name, value);
    if (isReserved(name)) {
      throw new ConfigurationError("headers", `The header ${name} belongs to the connection and cannot be configured.`);
    }
    own[name.toLowerCase()] = value;
  }
  return own;
}

/** `Basic abc` is a secret as a whole, and so is `abc`. */
function withoutScheme(value: string): readonly string[] {
  const bare = value.slice(value.indexOf(" ") + 1);
  return bare === value ? [value] : [value, bare];
}
