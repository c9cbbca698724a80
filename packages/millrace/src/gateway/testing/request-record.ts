import type { RequestRecord } from "../ports.ts";

/** The record of a request of which there is nothing to tell but what is given. */
export function requestRecord(told: Partial<RequestRecord> & Pick<RequestRecord, "id">): RequestRecord {
  return {
    receivedAtMs: 0,
    candidates: [],
    excluded: [],
    attempts: [],
    changes: [],
    outcome: "completed",
    costUsd: "unknown",
    durationMs: 1,
    requestBytes: 0,
    replyBytes: 0,
    ...told,
  };
}
