import type { Failure, FailureKind, Retry } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import { accountOf, findReport, readReport } from "./account.ts";
import type { Body } from "./body.ts";
import { readBody } from "./body.ts";
import { meaningOf, textToRead } from "./kind.ts";
import { callerStatus, failureOf } from "./kinds.ts";
import { present } from "./present.ts";
import { rateLimitsIn } from "./rate-limits.ts";
import { readable } from "./readable.ts";
import type { ErrorReport } from "./report.ts";
import { reportWith } from "./report.ts";
import { impliedRetryAfterMs, retryAfterMs, statedRetryAfterMs } from "./retry-after.ts";
import { isErrorStatus, namedStatus } from "./statuses.ts";
import { tokenCounts } from "./token-counts.ts";

type Headers = Readonly<Record<string, string>>;

/** A reply whose status or body says failure. */
export interface FailedReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Headers;
  /** As much of it as was read, decoded. */
  readonly body: string;
  readonly wallNowMs: number;
  /** Content of the answer had been received before. */
  readonly partial?: boolean;
}

/** Where an error event of a stream came. */
export interface FailedStream {
  readonly wallNowMs: number;
  /** Content of the answer had been received before. */
  readonly partial: boolean;
  /** Of the reply; lower-case names. */
  readonly headers?: Headers;
}

/** What is known beside the report itself. */
interface Circumstances {
  readonly status: number | undefined;
  readonly headers: Headers;
  readonly wallNowMs: number;
  readonly partial: boolean;
}

const WORDLESS = "The model server reported an error without saying which.";

/** What went wrong, from all that a failed reply says. Never throws, whatever the bytes. */
export function classify(input: FailedReply): Failure {
  const { headers, partial = false, wallNowMs } = input;
  const body = readBody(input.body);
  const report = reportOfBody(body, input.status);
  if (report === undefined) return unreadable(body, input);
  const status = isErrorStatus(input.status) ? input.status : report.status;
  return failureFrom(
    { ...report, type: report.type ?? typeInHeaders(headers) },
    { status, headers, wallNowMs, partial },
  );
}

/** What went wrong, from an error event inside a stream. Never throws, whatever the value. */
export function classifyValue(value: JsonValue, input: FailedStream): Failure {
  const report = findReport(value) ?? readReport(value);
  const { headers = {}, partial, wallNowMs } = input;
  return failureFrom(report, { status: report.status, headers, wallNowMs, partial });
}

/** What a whole reply reports to have gone wrong although its status says success; nothing where it reports nothing. */
export function reportedFailure(value: JsonValue, wallNowMs: () => number): Failure | undefined {
  return findReport(value) && classifyValue(value, { wallNowMs: wallNowMs(), partial: false });
}

/** AWS names an error in a header: `ThrottlingException`, and at times where that is defined behind a colon. */
function typeInHeaders(headers: Headers): string | undefined {
  const [type = ""] = headers["x-amzn-errortype"]?.split(":") ?? [];
  return type === "" ? undefined : type;
}

/** What the body says, or nothing where neither it nor the status says that anything failed. */
function reportOfBody(body: Body, status: number): ErrorReport | undefined {
  if (!isErrorStatus(status)) return body.kind === "json" ? findReport(body.value) : undefined;
  switch (body.kind) {
    case "empty":
      return reportWith({});
    case "json":
      return readReport(body.value);
    case "markup":
      return reportWith({ message: body.title });
    case "text":
      return reportWith({ message: body.text });
    case "broken-json":
      return body.report;
  }
}

function failureFrom(report: ErrorReport, circumstances: Circumstances): Failure {
  const { headers, partial, status } = circumstances;
  const { kind, code, fault } = meaningOf(report, status);
  const account = accountOf(report, status);
  const defaults = failureOf(kind, messageOf(account.message, account.nested, status));
  return {
    ...defaults,
    status: callerStatus(kind, status),
    retry: retryOf(defaults, headers),
    upstream: { ...account, ...present({ rateLimits: rateLimitsIn(headers) }) },
    ...present({
      code,
      fault,
      param: account.param,
      retryAfterMs: waitOf(defaults, report, circumstances),
      partial: partial ? true : undefined,
      details: kind === "context_overflow" ? someOf(tokenCounts(report.facts, textToRead(report))) : undefined,
    }),
  };
}

/** The upstream's own words, and those of the server behind it. */
function messageOf(message: string | undefined, nested: string | undefined, status: number | undefined): string {
  if (message !== undefined && nested !== undefined) return readable(`${message} (${nested})`);
  const said = message ?? nested;
  if (said !== undefined) return said;
  return status === undefined ? WORDLESS : `The model server answered ${namedStatus(status)} without a message.`;
}

/**
 * `x-should-retry: false` forbids what the kind would allow. Where only another target could help
 * anyway, there is nothing to forbid: the header is about sending it to this one again.
 */
function retryOf({ retry, fault }: Failure, headers: Headers): Retry {
  const told = headers["x-should-retry"]?.trim().toLowerCase();
  if (told === "false" && retry === "same") return "never";
  return told === "true" && fault === "upstream" ? "same" : retry;
}

/**
 * The retry headers count for every failure. When a limit resets matters only for a limit; what a
 * message says of waiting, only where waiting helps.
 */
function waitOf(
  { kind, retry }: Failure,
  report: ErrorReport,
  { headers, wallNowMs }: Circumstances,
): number | undefined {
  const text = textToRead(report);
  if (kind === "rate_limit") return retryAfterMs(headers, text, report.facts, wallNowMs);
  const stated = statedRetryAfterMs(headers, wallNowMs);
  return stated ?? (retry === "same" ? impliedRetryAfterMs(text, report.facts, wallNowMs) : undefined);
}

/** A reply that is neither an answer nor an error. */
function unreadable(body: Body, { status, headers, partial }: FailedReply): Failure {
  const [kind, message] = oddity(body, status, headers["location"]);
  return failureOf(kind, message, partial === true ? { partial } : {});
}

function oddity(body: Body, status: number, location: string | undefined): readonly [FailureKind, string] {
  if (status >= 300 && status < 400) {
    const target = location === undefined ? "" : ` to ${readable(location, 300)}`;
    return [
      "protocol",
      `The model server redirects (status ${status})${target}, which is not followed: check the base URL.`,
    ];
  }
  switch (body.kind) {
    case "empty":
      return ["truncated", `The model server answered ${status} with an empty body.`];
    case "markup": {
      const title = body.title === undefined ? "" : ` ("${readable(body.title)}")`;
      return ["protocol", `The server answered with a web page${title} instead of JSON: check the base URL.`];
    }
    case "text":
      return ["protocol", `The model server answered with text that is no JSON: ${readable(body.text)}`];
    case "broken-json":
      return ["protocol", "The model server answered with JSON that is broken or was cut."];
    case "json":
      return ["protocol", "The model server answered with JSON that holds neither an answer nor an error."];
  }
}

function someOf<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}
