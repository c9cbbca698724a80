import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigurationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { objectOf, stringOf } from "../../wire/json/read.ts";
import { isPrivateHost } from "../http/private-host.ts";
import type { Environment } from "../environment.ts";

/** Where the file stands, unless a setting says so. */
const VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
const DEFAULT_TOKEN_URI = "https://oauth2.googleapis.com/token";

/** A program's own account, which signs with its key. */
export interface ServiceAccount {
  readonly type: "service_account";
  readonly email: string;
  readonly key: KeyObject;
  readonly keyId: string | undefined;
  readonly tokenUri: string;
  readonly projectId: string | undefined;
  readonly secrets: readonly string[];
}

/** A person's account, as `gcloud auth application-default login` leaves it. */
export interface AuthorizedUser {
  readonly type: "authorized_user";
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly tokenUri: string;
  /** What the use is counted for. */
  readonly projectId: string | undefined;
  readonly secrets: readonly string[];
}

export type GoogleCredentials = ServiceAccount | AuthorizedUser;

/**
 * Reads a file of credentials: the one that is named, or the one that the environment names.
 *
 * @throws {ConfigurationError} naming the file, and never what is in it
 */
export function readGoogleCredentials(file: string | undefined, environment: Environment): GoogleCredentials {
  const path = file ?? environment[VARIABLE] ?? "";
  if (path === "") throw mistake(`No file of Google credentials is named. Set it, or the variable ${VARIABLE}.`);
  return parseGoogleCredentials(textOf(path), JSON.stringify(path));
}

/**
 * Reads credentials from their JSON text.
 *
 * @param name what to call them in a message
 * @throws {ConfigurationError} which never quotes them
 */
export function parseGoogleCredentials(text: string, name: string): GoogleCredentials {
  const parsed = parseJson(text);
  const fields = parsed.ok ? objectOf(parsed.value) : undefined;
  if (fields === undefined) throw mistake(`${name} holds no JSON object.`);
  const type = stringOf(fields["type"]) ?? "";
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read !== undefined) return read(fields, name);
  throw mistake(`${name} holds no credentials of a service account or of an authorized user: its type is another.`);
}

const READERS: Readonly<Record<string, (fields: JsonObject, name: string) => GoogleCredentials>> = {
  service_account: (fields, name) => {
    const pem = needed(fields, "private_key", name);
    return {
      type: "service_account",
      email: needed(fields, "client_email", name),
      key: rsaKey(pem, name),
      keyId: stringOf(fields["private_key_id"]),
      tokenUri: tokenUriOf(fields, name),
      projectId: stringOf(fields["project_id"]),
      secrets: [pem],
    };
  },
  authorized_user: (fields, name) => {
    const clientSecret = needed(fields, "client_secret", name);
    const refreshToken = needed(fields, "refresh_token", name);
    return {
      type: "authorized_user",
      clientId: needed(fields, "client_id", name),
      clientSecret,
      refreshToken,
      tokenUri: tokenUriOf(fields, name),
      projectId: stringOf(fields["quota_project_id"]),
      secrets: [clientSecret, refreshToken],
    };
  },
};

function rsaKey(pem: string, name: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // What it says may quote the key.
  }
  throw mistake(`The private_key in ${name} is no RSA key in PEM.`);
}

/** The key's owner is known to whoever is asked for a token, so it is asked over a connection that nobody reads. */
function tokenUriOf(fields: JsonObject, name: string): string {
  const uri = stringOf(fields["token_uri"]) ?? DEFAULT_TOKEN_URI;
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isPrivateHost(url.hostname))) return uri;
  throw mistake(`The token_uri in ${name} is no https URL.`);
}

function needed(fields: JsonObject, field: string, name: string): string {
  const value = stringOf(fields[field]) ?? "";
  if (value === "") throw mistake(`${name} has no ${field}.`);
  return value;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw mistake(`The file of Google credentials ${JSON.stringify(path)} cannot be read (${code}).`);
  }
}

function mistake(message: string): ConfigurationError {
  return new ConfigurationError("google.credentials", message);
}
