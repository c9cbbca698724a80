import type { Candidate, Routed } from "../exchange.ts";
import { firstPlace, type LineProgress } from "../line/first-place.ts";
import type { Room } from "../line/room.ts";
import type { Placed } from "./one-attempt.ts";

/**
 * The first of the candidates that may be called and has a place at its server; where every place is taken, the
 * request waits in all their lines, and for a while only in that of the one that holds its conversation. Nothing where
 * none may be called.
 *
 * @param sinceMs when the request got in line, where it is there already
 * @throws {RefusalError} when the lines are full, the wait is too long, or the client left
 */
export function placeNext(
  routed: Routed,
  candidates: readonly Candidate[],
  sinceMs?: number,
): Placed | undefined | Promise<Placed | undefined> {
  const { fleet } = routed.live;
  const [head] = candidates;
  if (head?.patienceMs !== undefined && fleet.roomOf(head.provider).isFull && isOpen(routed, head)) {
    return placeInLine(routed, openOf(routed, candidates), { sinceMs, firstAloneMs: head.patienceMs });
  }
  const placed = placeAtOnce(routed, candidates);
  if (placed !== undefined) return placed;
  // Those that may not be called have no line that would be worth waiting in.
  const open = openOf(routed, candidates);
  return open.length === 0 ? undefined : placeInLine(routed, open, { sinceMs });
}

function openOf(routed: Routed, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter((candidate) => isOpen(routed, candidate));
}

/** A place at once, where there is one. */
export function placeAtOnce(routed: Routed, candidates: readonly Candidate[]): Placed | undefined {
  const { fleet } = routed.live;
  for (const candidate of candidates) {
    const room = fleet.roomOf(candidate.provider);
    if (!room.tryTake()) continue;
    const placed = begin(routed, candidate, room);
    if (placed !== undefined) return placed;
  }
  return undefined;
}

function isOpen({ alone, live }: Routed, candidate: Candidate): boolean {
  const { closed } = live.fleet.view(candidate);
  return closed === undefined || (alone === true && closed.soft === true);
}

interface Wait {
  readonly sinceMs: number | undefined;
  /** How long only the first of the candidates is waited for. */
  readonly firstAloneMs?: number;
}

async function placeInLine(
  routed: Routed,
  open: readonly Candidate[],
  { firstAloneMs, sinceMs: earlierMs }: Wait,
): Promise<Placed | undefined> {
  const { live, ports, outlet, facts, plan, principal, request } = routed;
  const rooms = open.map(({ provider }) => live.fleet.roomOf(provider));
  const closed = closedNow(routed);
  const nowMs = ports.clock.now();
  const sinceMs = earlierMs ?? nowMs;
  try {
    const room = await firstPlace(rooms, {
      key: principal.name,
      priority: facts.preferences?.priority ?? 0,
      maxWaitMs: plan.queue.maxWaitMs,
      waitedMs: nowMs - sinceMs,
      maxLength: plan.queue.length,
      signal: request.signal,
      clock: ports.clock,
      firstAloneMs,
      reopened: closed.length === 0 ? undefined : () => roomsIn(routed, closed),
      waits: (line) => (outlet.progress = () => lineText(line, ports.clock.now() - sinceMs)),
    });
    const candidate = open[rooms.indexOf(room)] ?? closed.find(({ provider }) => live.fleet.roomOf(provider) === room);
    const placed = candidate === undefined ? undefined : begin(routed, candidate, room, open.includes(candidate));
    if (placed !== undefined) return placed;
    return await placeNext(
      routed,
      open.filter((other) => other !== candidate),
      sinceMs,
    );
  } finally {
    outlet.progress = undefined;
  }
}

/** Before the first call: those that are closed, and may be back before a place comes free elsewhere. */
function closedNow(routed: Routed): readonly Candidate[] {
  const { candidates, draft, facts } = routed;
  if (draft.attempts.length > 0 || facts.preferences?.failover === false) return [];
  const closed = candidates.filter((candidate) => !isOpen(routed, candidate));
  return [...closed, ...draft.excluded.filter(({ untilMs }) => untilMs !== undefined)];
}

/** The rooms of those that are back, as far as they take somebody now. */
function roomsIn({ live }: Routed, candidates: readonly Candidate[]): readonly Room[] {
  const back = candidates.filter((candidate) => {
    const { closed, condition } = live.fleet.view(candidate);
    return closed === undefined && condition !== "full" && condition !== "down";
  });
  return back.map(({ provider }) => live.fleet.roomOf(provider));
}

/**
 * Counts the call in flight; gives the place back where the target was closed in the meantime.
 *
 * @param insist nobody else has a place, so a target that has just come back takes it sooner than it otherwise would
 */
function begin(
  { alone = false, live, draft }: Routed,
  candidate: Candidate,
  room: Room,
  insist = false,
): Placed | undefined {
  const call = live.fleet.begin(candidate, { retry: draft.attempts.length > 0, insist, alone });
  if (call !== undefined) return { candidate, room, call };
  room.giveBack();
  return undefined;
}

function lineText({ ahead }: LineProgress, waitedMs: number): string {
  return `waiting for a place, ${ahead} ahead, ${Math.floor(waitedMs / 1000)} s`;
}
