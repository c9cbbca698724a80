import { failureOf } from "../wire/failure/kinds.ts";
import { refuseForeignPage } from "./foreign-page.ts";
import type { ClientRequest, KeyStore, Principal } from "./ports.ts";
import { RefusalError } from "./refusal.ts";

/** The caller of a gateway that asks for no key. */
const ANYONE: Principal = { name: "open" };

/**
 * Who is calling: the first credential that the store knows.
 *
 * @throws {RefusalError} 401, when the store is not open and knows none of them; 403, when it is open and a web page asks
 */
export function identify(request: ClientRequest, keys: KeyStore): Principal {
  if (keys.open) {
    refuseForeignPage(request);
    return ANYONE;
  }
  const credentials = credentialsOf(request);
  for (const credential of credentials) {
    const principal = keys.find(credential);
    if (principal !== undefined) return principal;
  }
  const failure =
    credentials.length === 0
      ? {
          code: "missing_api_key",
          message: "No key was sent. Send one as `Authorization: Bearer KEY` or in `x-api-key`.",
        }
      : { code: "invalid_api_key", message: "The key that was sent is none of this gateway's keys." };
  throw new RefusalError(
    failureOf("auth", failure.message, { fault: "client", status: 401, code: failure.code, retry: "never" }),
  );
}

/** Every place in which a client may put its key; several clients fill two. */
function credentialsOf(request: ClientRequest): string[] {
  const found: string[] = [];
  const bearer = /^bearer +(\S+) *$/i.exec(first(request.headers["authorization"]) ?? "")?.[1];
  if (bearer !== undefined) found.push(bearer);
  for (const name of ["x-api-key", "x-goog-api-key"]) {
    const value = first(request.headers[name])?.trim();
    if (value !== undefined && value !== "") found.push(value);
  }
  if (request.query.includes("key=")) {
    const key = new URLSearchParams(request.query).get("key");
    if (key !== null && key !== "") found.push(key);
  }
  return found;
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
