import { ConfigurationError } from "../../model/errors.ts";
import type { AuthStyle } from "../profiles/profile.ts";
import { checkHeader } from "../transport/headers.ts";
import { isReserved } from "./reserved-headers.ts";

/** What is sent with every request, and what of it must never be shown. */
export interface Credentials {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of the headers that hold a credential; a single call cannot set them. */
  readonly credentialHeaders: ReadonlySet<string>;
  readonly secrets: readonly string[];
  /** The key that was given, and the header that carries it. */
  readonly key?: { readonly header: string; readonly value: string };
}

/** Names of headers and query parameters whose values are secrets. */
const SECRET_NAME = /auth|key|token|secret|password|cookie|signature/iu;

/**
 * @throws {ConfigurationError} for a key or header that would break out of its line, and for a header that
 *   contradicts the key
 */
export function credentialsOf(options: {
  readonly auth: AuthStyle;
  readonly apiKey: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}): Credentials {
  const key = options.apiKey?.trim() === "" ? undefined : options.apiKey;
  const own = ownHeaders(options.headers);
  const credential = key === undefined ? {} : keyHeader(options.auth, key);
  const [header] = Object.keys(credential);
  for (const name of Object.keys(credential)) {
    if (own[name] === undefined) continue;
    throw new ConfigurationError(
      "headers",
      `headers.${name} and api_key both set the credential. Leave one of them out.`,
    );
  }
  const secretHeaders = Object.entries(own).filter(([name]) => SECRET_NAME.test(name));
  const secretQuery = Object.entries(options.query).filter(([name]) => SECRET_NAME.test(name));
  return {
    headers: { ...own, ...credential },
    credentialHeaders: new Set([...Object.keys(credential), ...secretHeaders.map(([name]) => name)]),
    secrets: [
      key ?? "",
      ...secretHeaders.flatMap(([, value]) => withoutScheme(value)),
      ...secretQuery.map(([, value]) => value),
    ].filter((secret) => secret !== ""),
    ...(key === undefined || header === undefined ? {} : { key: { header, value: key } }),
  };
}

function keyHeader({ scheme }: AuthStyle, key: string): Record<string, string> {
  checkHeader("authorization", key, "api_key");
  return scheme === "bearer" ? { authorization: `Bearer ${key}` } : { "api-key": key };
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
