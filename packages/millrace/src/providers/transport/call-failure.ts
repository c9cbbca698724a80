import { ProviderError, providerError } from "../../model/errors.ts";
import type { TimeoutPhase } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

/** What each clock waits for, and the setting that limits it. */
const CLOCKS: Record<TimeoutPhase, { readonly waitedFor: string; readonly setting: string }> = {
  connect: { waitedFor: "a connection", setting: "timeouts.connect" },
  first_byte: { waitedFor: "the first byte of a reply", setting: "timeouts.first_byte" },
  first_content: { waitedFor: "the first content of a reply", setting: "timeouts.first_content" },
  idle: { waitedFor: "the next byte of a reply", setting: "timeouts.idle" },
};

export function timedOut(phase: TimeoutPhase, limitMs: number, host: string): ProviderError {
  const { waitedFor, setting } = CLOCKS[phase];
  const message = `${host} did not give ${waitedFor} within ${limitMs} ms. If it needs longer, raise ${setting}.`;
  return providerError(failureOf("timeout", message, { timeoutPhase: phase }));
}

export function cancelled(cause?: unknown): ProviderError {
  return providerError(failureOf("cancelled", "The caller cancelled the call."), cause === undefined ? {} : { cause });
}

export function endlessInterim(host: string): ProviderError {
  return providerError(failureOf("protocol", `${host} sends interim responses (status 1xx) without end.`));
}

/** What is wrong with a reply that began: it was cut, or it is no HTTP. */
export function brokenReply(cause: unknown, host: string): ProviderError {
  if (cause instanceof ProviderError) return cause;
  const code = codeOf(cause);
  if (isProtocolCode(code)) return notHttp(cause, host, code);
  const message = `The connection to ${host} ended before the reply was complete${code === "" ? "" : ` (${code})`}.`;
  return providerError(failureOf("truncated", message), { cause });
}

/** Why there is no reply at all. */
export function noReply(cause: unknown, host: string): ProviderError {
  if (cause instanceof ProviderError) return cause;
  const code = codeOf(cause);
  if (isProtocolCode(code)) return notHttp(cause, host, code);
  const advice = ADVICE.find(({ codes }) => codes.test(code))?.say ?? "The connection broke before a reply came.";
  const detail = code === "" ? messageOf(cause) : code;
  return providerError(failureOf("connection", `${host} could not be reached (${detail}). ${advice}`), { cause });
}

/** Nothing listened there, or there was no socket file yet: the request reached nobody. */
export function isRefused({ kind, cause }: ProviderError): boolean {
  return kind === "connection" && /^(?:ECONNREFUSED|ENOENT)$/.test(codeOf(cause));
}

const ADVICE: readonly { readonly codes: RegExp; readonly say: string }[] = [
  { codes: /^ECONNREFUSED$/, say: "Nothing listens there: is the server running, and is the port right?" },
  { codes: /^(ENOTFOUND|EAI_AGAIN)$/, say: "The name cannot be resolved: check the host in the base URL." },
  { codes: /^(ENOENT|EACCES)$/, say: "The socket file is not there or may not be opened." },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/,
    say: "There is no way to that host from here: check the network.",
  },
  {
    codes: /^(EPROTO|ERR_SSL_.*)$/,
    say: "It does not speak TLS as asked: is it http rather than https, or does it want a client certificate?",
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    say: "Its certificate is for another name: check the host in the base URL.",
  },
  { codes: /^CERT_HAS_EXPIRED$/, say: "Its certificate has expired." },
  {
    codes: /^(UNABLE_TO_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|CERT_.*)$/,
    say: "Its certificate is not trusted: give the authority that signed it as tls.ca.",
  },
  {
    codes: /^MILLRACE_PIN_MISMATCH$/,
    say: "No key in its certificate chain is among tls.pins: it is another server, or its key has changed.",
  },
];

function isProtocolCode(code: string): boolean {
  return code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW" || code === "UND_ERR_RESPONSE";
}

function notHttp(cause: unknown, host: string, code: string): ProviderError {
  const what =
    code === "UND_ERR_HEADERS_OVERFLOW" ? "sent more headers than are accepted" : "does not answer in valid HTTP";
  const message = `${host} ${what} (${code}). Check that the base URL is that of a model server.`;
  return providerError(failureOf("protocol", message), { cause });
}

/** The innermost code: several addresses that all fail come as one error with the causes inside. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return "";
  // undici's parser gives a code for some mistakes only.
  if (error.name === "HTTPParserError") return "HPE_INVALID_RESPONSE";
  return "code" in error && typeof error.code === "string" ? error.code : codeOf(error.cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
