import type { Failure } from "../../model/failure.ts";
import type { AttemptDraft, Exchange, RecordDraft } from "../exchange.ts";
import { targetName } from "../exchange.ts";
import type { AttemptRecord, RequestRecord } from "../ports.ts";
import { CLIENT_CLOSED } from "../refusal.ts";

/**
 * Closes the exchange, however it ended: closes the way to the client, which gives the seat back if it is still
 * taken, stops what may still run, keeps the record and writes the one log line. The pipeline calls it exactly once.
 */
export function settle(exchange: Exchange): void {
  const { draft, gate, outlet, ports } = exchange;
  outlet.close();
  draft.relay?.stop();
  gate.leave();
  const record = recordOf(exchange);
  ports.records.add(record);
  ports.log[record.outcome === "failed" ? "warn" : "info"]("request", logFields(record));
}

function recordOf({ id, operation, draft, outlet, ports }: Exchange): RequestRecord {
  const endMs = ports.clock.now();
  const outcome = outcomeOf(draft.failure);
  const attempts = draft.attempts.map((call) => attemptRecord(call, draft, endMs));
  const answered = attempts.find((call) => call.outcome === "answered");
  const seen = draft.relay?.seen;
  return {
    id,
    receivedAtMs: draft.receivedAtMs,
    operation,
    principal: draft.principal,
    model: draft.facts?.model,
    stream: draft.facts?.stream,
    candidates: draft.candidates.map((candidate) => ({ target: targetName(candidate), reason: candidate.reason })),
    attempts,
    target: answered === undefined ? undefined : `${answered.provider}/${answered.model}`,
    changes: draft.changes,
    status: outlet.status,
    outcome,
    failure: draft.failure,
    finishReason: seen?.rawFinishReason ?? undefined,
    usage: seen?.usage,
    costUsd: seen?.usage?.reportedCostUsd ?? "unknown",
    firstContentMs: draft.firstContentMs,
    durationMs: endMs - draft.startedMs,
    requestBytes: draft.requestBytes,
    replyBytes: outlet.bytes,
  };
}

function outcomeOf(failure: Failure | undefined): RequestRecord["outcome"] {
  if (failure === undefined) return "completed";
  return failure.code === CLIENT_CLOSED ? "cancelled" : "failed";
}

/** A call that was still open when the exchange ended shares its ending. */
function attemptRecord(call: AttemptDraft, draft: RecordDraft, endMs: number): AttemptRecord {
  const failure = call.ended === undefined ? draft.failure : call.ended.failure;
  const outcome = outcomeOf(failure);
  return {
    provider: call.candidate.provider.name,
    model: call.candidate.model,
    startedMs: call.startedMs - draft.startedMs,
    durationMs: (call.ended?.atMs ?? endMs) - call.startedMs,
    outcome: outcome === "completed" ? "answered" : outcome,
    failure,
    requestId: call.requestId,
  };
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
