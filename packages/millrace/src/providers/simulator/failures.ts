import { encodeOpenAIError, type OpenAIErrorReply } from "../../wire/failure/openai-error.ts";
import type { Failure } from "../../model/failure.ts";
import { isErrorStatus, namedStatus } from "../../wire/failure/statuses.ts";
import { CONTEXT_TOKENS } from "./models.ts";

/** A failure that can be asked for by name: how OpenAI, or llama-server for `loading`, says it. */
interface NamedFailure {
  readonly status: number;
  readonly type: string;
  readonly code: string | number;
  readonly message: string;
}

const NAMED: Readonly<Record<string, NamedFailure>> = {
  auth: { status: 401, type: "invalid_request_error", code: "invalid_api_key", message: "Incorrect API key provided." },
  permission: { status: 403, type: "permission_error", code: "permission_denied", message: "You may not do this." },
  quota: { status: 429, type: "insufficient_quota", code: "insufficient_quota", message: "You exceeded your quota." },
  rate_limit: { status: 429, type: "requests", code: "rate_limit_exceeded", message: "Rate limit reached." },
  overloaded: { status: 503, type: "overloaded_error", code: "overloaded", message: "The engine is overloaded." },
  loading: { status: 503, type: "unavailable_error", code: 503, message: "Loading model" },
  context_overflow: {
    status: 400,
    type: "invalid_request_error",
    code: "context_length_exceeded",
    message: `This model's maximum context length is ${CONTEXT_TOKENS} tokens. Reduce the length of the messages.`,
  },
  content_filter: {
    status: 400,
    type: "invalid_request_error",
    code: "content_filter",
    message: "The prompt was filtered.",
  },
  bad_request: { status: 400, type: "invalid_request_error", code: "invalid_value", message: "A value is not valid." },
  server: { status: 500, type: "server_error", code: "internal_error", message: "The server had an error." },
};

/** What `[[fail WHAT]]` takes beside a status. */
export const FAILURE_NAMES: readonly string[] = Object.keys(NAMED);

const RETRY_AFTER: Readonly<Record<string, string>> = { "retry-after": "1" };
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 503]);

/** The error reply for a status from 400 to 599 or the name of a failure; nothing for anything else. */
export function failureReply(what: string): OpenAIErrorReply | undefined {
  const named = Object.hasOwn(NAMED, what) ? NAMED[what] : undefined;
  const failure = named ?? plainFailure(Number(what));
  if (failure === undefined) return undefined;
  const { status, type, code, message } = failure;
  const passes = PASSING_STATUSES.has(status) && code !== "insufficient_quota";
  return {
    status,
    headers: passes ? { ...RETRY_AFTER } : {},
    body: { error: { message: `${message} (The simulator was asked to fail.)`, type, code, param: null } },
  };
}

/** The error reply for a request that the simulator does not take. */
export function refusalReply(failure: Failure): OpenAIErrorReply {
  return encodeOpenAIError(failure);
}

function plainFailure(status: number): { status: number; type: string; code: null; message: string } | undefined {
  if (!isErrorStatus(status)) return undefined;
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return { status, type, code: null, message: `${namedStatus(status)}.` };
}
