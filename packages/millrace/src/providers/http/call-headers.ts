import { failureOf } from "../../wire/failure/kinds.ts";
import { ConfigurationError, providerError } from "../../model/errors.ts";
import { markedWith, VIA_HEADER } from "../../wire/via/marks.ts";
import { checkHeader } from "../transport/headers.ts";
import { isReserved } from "./reserved-headers.ts";
import type { Settings } from "./settings.ts";

type Headers = Readonly<Record<string, string>>;

/** What of a call decides on its headers. */
export interface HeaderNeeds {
  readonly body?: unknown;
  readonly stream: boolean;
  /** The header that carries the key this time, where it is not the usual one. */
  readonly keyHeader?: string;
  /** Which key; the first by default. */
  readonly credential?: number | undefined;
  /** The caller's own. */
  readonly own?: Headers | undefined;
  /** The marks that the request came with. */
  readonly via?: readonly string[] | undefined;
}

/** The headers of one request: what every request carries, then the caller's own. */
export function callHeaders(settings: Settings, needs: HeaderNeeds): Headers {
  const headers: Record<string, string> = {
    // Some servers render an error as a web page for anyone who does not ask for JSON.
    accept: "application/json, text/event-stream",
    "accept-encoding": needs.stream ? "identity" : "gzip, deflate, br, zstd",
    "user-agent": "millrace",
    ...(needs.body === undefined ? {} : { "content-type": "application/json" }),
    ...keyedHeaders(settings, needs),
  };
  for (const [name, value] of Object.entries(needs.own ?? {})) {
    checkCallHeader(settings, name, value);
    headers[name.toLowerCase()] = value;
  }
  if (settings.via !== undefined) headers[VIA_HEADER] = markedWith(settings.via, needs.via ?? []);
  return headers;
}

/** What is sent with every request, with the key that was chosen, and where it is wanted. */
function keyedHeaders({ headers, keys }: Settings, { keyHeader, credential = 0 }: HeaderNeeds): Headers {
  const key = keys[credential];
  if (key === undefined) {
    if (credential === 0) return headers;
    throw new RangeError(`There is no key ${credential} among ${keys.length}.`);
  }
  if (keyHeader === undefined) return { ...headers, [key.header]: key.field };
  const { [key.header]: _usual, ...others } = headers;
  return { ...others, [keyHeader]: key.value };
}

function checkCallHeader(settings: Settings, name: string, value: string): void {
  if (isReserved(name) || settings.credentialHeaders.has(name.toLowerCase())) {
    throw refusal(settings.name, `the header ${name} is not a call's to set`);
  }
  try {
    checkHeader(name, value);
  } catch (error) {
    if (error instanceof ConfigurationError) throw refusal(settings.name, error.message, error);
    throw error;
  }
}

function refusal(provider: string, message: string, cause?: unknown): Error {
  const failure = failureOf("bad_request", `${provider}: ${message}`, { fault: "client", code: "invalid_header" });
  return providerError(failure, { provider, ...(cause === undefined ? {} : { cause }) });
}
