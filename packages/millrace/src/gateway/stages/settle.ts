import type { Failure } from "../../model/failure.ts";
import type { AttemptDraft, Candidate, Exchange, RecordDraft } from "../exchange.ts";
import { endAttempt } from "../attempts/one-attempt.ts";
import { costOf } from "../cost.ts";
import { priceOf } from "../routing/price.ts";
import { targetName } from "../exchange.ts";
import type { AttemptRecord, RequestRecord, TargetNote } from "../ports.ts";
import { CLIENT_CLOSED } from "../refusal.ts";

/**
 * Closes the exchange, however it ended: closes the way to the client, which gives the seat back if it is still
 * taken, stops what may still run, keeps the record and writes the one log line. The pipeline calls it exactly once.
 */
export function settle(exchange: Exchange): void {
  const { draft, gate, outlet, ports } = exchange;
  outlet.close();
  const endMs = ports.clock.now();
  for (const attempt of draft.attempts) {
    attempt.relay?.stop();
    endAttempt(attempt, endMs, draft.failure);
  }
  gate.leave();
  const record = recordOf(exchange, endMs);
  ports.records.add(record);
  ports.log[record.outcome === "failed" ? "warn" : "info"]("request", logFields(record));
}

function recordOf({ id, operation, draft, outlet, plan }: Exchange, endMs: number): RequestRecord {
  const outcome = outcomeOf(draft.failure);
  const attempts = draft.attempts.map((call) => attemptRecord(call, draft, endMs));
  const answering = draft.attempts.find((call) => call.ended?.failure === undefined);
  const seen = draft.relay?.seen;
  return {
    id,
    receivedAtMs: draft.receivedAtMs,
    operation,
    principal: draft.principal,
    model: draft.facts?.model,
    stream: draft.facts?.stream,
    candidates: draft.candidates.map(noteOf),
    excluded: draft.excluded.map(noteOf),
    attempts,
    target: answering === undefined ? undefined : targetName(answering.candidate),
    changes: draft.changes,
    status: outlet.status,
    outcome,
    failure: draft.failure,
    finishReason: seen?.rawFinishReason ?? undefined,
    usage: seen?.usage,
    costUsd: costOf(seen?.usage, answering === undefined ? undefined : priceOf(plan.prices, answering.candidate)),
    firstContentMs: draft.firstContentMs,
    durationMs: endMs - draft.startedMs,
    requestBytes: draft.requestBytes,
    replyBytes: outlet.bytes,
  };
}

function noteOf(candidate: Candidate): TargetNote {
  return { target: targetName(candidate), reason: candidate.reason, score: candidate.score };
}

function outcomeOf(failure: Failure | undefined): RequestRecord["outcome"] {
  if (failure === undefined) return "completed";
  return failure.code === CLIENT_CLOSED ? "cancelled" : "failed";
}

function attemptRecord(call: AttemptDraft, draft: RecordDraft, endMs: number): AttemptRecord {
  const failure = call.ended?.failure;
  return {
    provider: call.candidate.provider.name,
    model: call.candidate.model,
    startedMs: call.startedMs - draft.startedMs,
    durationMs: (call.ended?.atMs ?? endMs) - call.startedMs,
    outcome: attemptOutcome(failure),
    failure,
    requestId: call.requestId,
  };
}

function attemptOutcome(failure: Failure | undefined): AttemptRecord["outcome"] {
  if (failure === undefined) return "answered";
  return failure.kind === "cancelled" ? "cancelled" : "failed";
}

/** What an operator looks for; an upstream's own words stay out, since they may quote the prompt. */
function logFields(record: RequestRecord): Readonly<Record<string, unknown>> {
  const { failure, usage } = record;
  const last = record.attempts.at(-1);
  return {
    id: record.id,
    operation: record.operation,
    outcome: record.outcome,
    status: record.status,
    key: record.principal,
    model: record.model,
    target: record.target ?? (last === undefined ? undefined : `${last.provider}/${last.model}`),
    stream: record.stream,
    attempts: record.attempts.length,
    durationMs: Math.round(record.durationMs),
    firstContentMs: record.firstContentMs === undefined ? undefined : Math.round(record.firstContentMs),
    promptTokens: usage?.promptTokens,
    completionTokens: usage?.completionTokens,
    costUsd: record.costUsd,
    ...(failure !== undefined && {
      kind: failure.kind,
      code: failure.code,
      fault: failure.fault,
      upstreamStatus: failure.upstream?.status,
      ...(failure.upstream?.message === undefined && { message: failure.message }),
    }),
  };
}
