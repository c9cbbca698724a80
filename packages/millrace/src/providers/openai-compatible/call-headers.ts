import { failureOf } from "../../wire/failure/kinds.ts";
import { ConfigurationError, providerError } from "../../model/errors.ts";
import { checkHeader } from "../transport/headers.ts";
import { isReserved } from "./reserved-headers.ts";
import type { Settings } from "./settings.ts";

/** The headers of one request: what every request carries, then the caller's own. */
export function callHeaders(
  settings: Settings,
  request: { readonly body?: unknown; readonly stream: boolean; readonly keyHeader?: string },
  own: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    // Some servers render an error as a web page for anyone who does not ask for JSON.
    accept: "application/json, text/event-stream",
    "accept-encoding": request.stream ? "identity" : "gzip, deflate, br, zstd",
    "user-agent": "millrace",
    ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    ...keyedHeaders(settings, request.keyHeader),
  };
  for (const [name, value] of Object.entries(own ?? {})) {
    checkCallHeader(settings, name, value);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** What is sent with every request, the key in another header where one is named. */
function keyedHeaders({ headers, key }: Settings, keyHeader: string | undefined): Readonly<Record<string, string>> {
  if (keyHeader === undefined || key === undefined) return headers;
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
