import type { JsonObject } from "../model/json.ts";
import type { FleetView } from "./fleet/view.ts";
import { targetName } from "./exchange.ts";
import type { Candidate, Excluded, RouteDecision } from "./routing/question.ts";

/** A decision as people and programs read it: who would be asked, in which order, who would not, and why. */
export function explanationOf(
  decision: RouteDecision,
  { model, conversation }: { readonly model: string; readonly conversation: string | undefined },
  live: { readonly fleet: FleetView; readonly nowMs: number },
): JsonObject {
  const { route, candidates, excluded, affine, failure } = decision;
  return {
    model,
    ...(route !== undefined && { strategy: route.strategy, affinity: route.affinity, hedge: route.hedge }),
    ...(conversation !== undefined && { conversation, stays_with_its_target: affine === true }),
    candidates: candidates.map((candidate) => candidateNote(candidate, live)),
    excluded: excluded.map((target) => excludedNote(target, live)),
    ...(failure !== undefined && { error: { code: failure.code, status: failure.status, message: failure.message } }),
  };
}

interface Now {
  readonly fleet: FleetView;
  readonly nowMs: number;
}

function candidateNote(candidate: Candidate, now: Now): JsonObject {
  const { score } = candidate;
  return {
    target: targetName(candidate),
    reason: candidate.reason,
    ...(score !== undefined && Number.isFinite(score) && { score: rounded(score) }),
    ...stateNote(candidate, now),
  };
}

function excludedNote(excluded: Excluded, now: Now): JsonObject {
  const { untilMs } = excluded;
  const isFinite = untilMs !== undefined && Number.isFinite(untilMs);
  return {
    target: targetName(excluded),
    reason: excluded.reason,
    ...(isFinite && { closed_for_ms: Math.max(0, Math.ceil(untilMs - now.nowMs)) }),
    ...stateNote(excluded, now),
  };
}

function stateNote(target: Candidate, { fleet }: Now): JsonObject {
  const view = fleet.view(target);
  return {
    state: view.condition,
    in_flight: view.inFlight,
    server_in_flight: view.serverInFlight,
    waiting: view.waiting,
    success_share: rounded(view.successShare),
    ...(view.slots !== undefined && { slots: view.slots }),
    ...(view.firstContentMs !== undefined && { first_content_ms: Math.round(view.firstContentMs) }),
  };
}

function rounded(number: number): number {
  return Math.round(number * 1000) / 1000;
}
