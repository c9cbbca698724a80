import type { CancelSignal } from "../../model/cancellation.ts";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { ForwardRequest } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { type AttemptDraft, type Attempted, type Candidate, type Routed, targetName } from "../exchange.ts";
import type { Call } from "../fleet/fleet.ts";
import type { Room } from "../line/room.ts";
import type { ClientRequest } from "../ports.ts";
import { INTERNAL_ERROR } from "../refusal.ts";
import { openRelay } from "../relays/open.ts";
import { translatedConversation, translatedEmbeddings } from "../translation.ts";

/** A candidate that has a place at its server, and is counted as being called. */
export interface Placed {
  readonly candidate: Candidate;
  readonly room: Room;
  readonly call: Call;
}

/** A candidate that gave nothing, and what it said instead. */
export interface Failed {
  readonly candidate: Candidate;
  readonly error: ProviderError;
}

/** A target answers, or it failed in a way that another may not. */
export type Outcome = Attempted | Failed;

/** The call is on the record from here on. */
export function openAttempt({ draft, ports }: Routed, { candidate, room, call }: Placed): AttemptDraft {
  const attempt: AttemptDraft = {
    candidate,
    room,
    call,
    startedMs: ports.clock.now(),
    relay: undefined,
    requestId: undefined,
    ended: undefined,
  };
  draft.attempts.push(attempt);
  return attempt;
}

/**
 * One call, up to the point from which there is no way back.
 *
 * @param signal ends the call; fires when the client leaves, too
 * @throws {ProviderError} where the client has left
 */
export async function tryOnce(routed: Routed, attempt: AttemptDraft, signal: CancelSignal): Promise<Outcome> {
  const { draft, plan, ports, request, via } = routed;
  const { candidate, call } = attempt;
  try {
    const reply = await candidate.provider.forward(forwardRequest(routed, candidate), {
      signal,
      timeouts: plan.timeouts,
      credential: call.credential,
      ...(via !== undefined && { via }),
    });
    attempt.requestId = reply.requestId;
    const relay = openRelay(routed, candidate, reply);
    attempt.relay = relay;
    // One that was called off meanwhile is not what the request comes to.
    if (attempt.ended === undefined) draft.relay = relay;
    // The relay hears of the signal itself, wherever it is waiting at that moment.
    signal.addEventListener("abort", relay);
    if (signal.aborted) relay.stop();
    await relay.prime(plan.limits.heldBytes);
    if (relay.isEmpty) throw providerError(emptyReply(candidate));
    call.firstContent(reply.headers);
    return { ...routed, candidate, attempt, reply, relay };
  } catch (error) {
    attempt.relay?.stop();
    if (!(error instanceof ProviderError) || request.signal.aborted) throw error;
    attempt.requestId ??= error.failure.upstream?.requestId;
    // Those who wait for it to start must not be what closes it.
    if (plan.startWait.absentMs > 0 && candidate.provider.local && error.kind === "connection") call.left();
    endAttempt(attempt, ports.clock.now(), error.failure);
    return { candidate, error };
  }
}

function forwardRequest(routed: Routed, { model }: Candidate): ForwardRequest {
  const { body, dialect, facts, operation, plan, request } = routed;
  const { conversation, embeddings } = dialect;
  return {
    operation,
    model,
    body,
    stream: facts.stream,
    ...(conversation !== undefined && { conversation: () => translatedConversation(routed) }),
    ...(embeddings !== undefined && { embeddings: () => translatedEmbeddings(routed) }),
    ...(dialect.headers.length > 0 && { headers: ownHeaders(dialect.headers, request.headers) }),
    ...((facts.preferences?.strict ?? plan.strict) && { strict: true }),
  };
}

function ownHeaders(names: readonly string[], headers: ClientRequest["headers"]): Readonly<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) own[name] = typeof value === "string" ? value : value.join(",");
  }
  return own;
}

/** A server that hides its own error, or a prompt that is too long for it, ends like this. */
function emptyReply(candidate: Candidate): Failure {
  return failureOf("truncated", `${targetName(candidate)} ended its answer without anything in it.`, {
    code: "empty_reply",
  });
}

/** Ends an attempt: its place is given back, and the fleet hears what it came to. Only the first ending counts. */
export function endAttempt(attempt: AttemptDraft, atMs: number, failure: Failure | undefined): void {
  if (attempt.ended !== undefined) return;
  attempt.ended = { atMs, failure };
  if (failure === undefined) attempt.call.answered();
  // A defect of ours says nothing about the target either.
  else if (failure.kind === "cancelled" || failure.code === INTERNAL_ERROR) attempt.call.left();
  else attempt.call.failed(failure);
  attempt.room.giveBack();
}
