import type { Failure, FailureKind } from "../../model/failure.ts";
import { classify, classifyValue } from "../../wire/failure/classify.ts";
import { findError } from "../../wire/failure/account.ts";
import { judged, type Judgement } from "./finding.ts";
import type { Reply } from "./question.ts";
import { traceStream } from "./stream-trace.ts";

/** What became of a request. `unclear`: it failed for a reason that says nothing about the feature. */
export type Standing =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly why: string; readonly failure: Failure }
  | { readonly kind: "unclear"; readonly why: string; readonly failure: Failure };

/** Kinds of failure that are the server's word on the request itself. */
const REFUSALS: ReadonlySet<FailureKind> = new Set([
  "bad_request",
  "unsupported",
  "model_not_found",
  "route_not_found",
  "context_overflow",
]);

export function standingOf(reply: Reply): Standing {
  const failure = failureIn(reply);
  if (failure === undefined) return { kind: "taken" };
  return { kind: REFUSALS.has(failure.kind) ? "refused" : "unclear", why: wordsOf(failure), failure };
}

/** The judgement on a feature whose request was not taken. */
export function notTaken(standing: Exclude<Standing, { kind: "taken" }>): Judgement {
  const { kind, why, failure } = standing;
  const facts = {
    error: failure.kind,
    ...(failure.upstream?.status === undefined ? {} : { status: failure.upstream.status }),
  };
  return kind === "refused"
    ? judged("no", `refused: ${why}`, facts)
    : judged("unknown", `no answer to judge: ${why}`, facts);
}

/** What failed, if anything did: there was no reply, its status says so, or it does. */
export function failureIn(reply: Reply): Failure | undefined {
  const { status, headers, text, json } = reply;
  if (status === undefined) return reply.failure;
  if (status < 200 || status >= 300) return classify({ status, headers, body: text, wallNowMs: 0 });
  if (json !== undefined) return findError(json) === undefined ? undefined : classifyValue(json, NOW);
  const reported = traceStream(text).error;
  if (reported !== undefined) return classifyValue(reported, NOW);
  return reply.left ? undefined : reply.failure;
}

/** Retry hints that are dates mean nothing here. */
const NOW = { wallNowMs: 0, partial: false };

const WORDS_MAX = 160;

function wordsOf(failure: Failure): string {
  const said = failure.upstream?.message ?? failure.message;
  const words = said.length > WORDS_MAX ? `${said.slice(0, WORDS_MAX - 1)}…` : said;
  return failure.upstream?.status === undefined ? words : `${failure.upstream.status} ${words}`;
}
