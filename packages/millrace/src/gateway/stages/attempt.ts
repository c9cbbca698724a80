import { ProviderError, providerError } from "../../model/errors.ts";
import type { AttemptDraft, Attempted, Candidate, Routed } from "../exchange.ts";
import { mostUseful } from "../most-useful.ts";
import { openRelay } from "../relays/open.ts";
import { streamHead } from "../reply-headers.ts";

/** A candidate that gave nothing, and what it said instead. */
interface Failed {
  readonly candidate: Candidate;
  readonly error: ProviderError;
}

/**
 * Calls the candidates in their order until one has content to give. Nothing of an answer is sent
 * here, so a failure moves on unseen; while a stream's client waits, comments keep it alive. When none
 * can answer, and one is only starting, it is waited for.
 *
 * @throws {ProviderError} what ended it, or the most useful of what every candidate said
 */
export async function attempt(routed: Routed): Promise<Attempted> {
  const { facts, outlet, plan } = routed;
  if (facts.stream) outlet.keepAlive(plan.keepAliveMs, streamHead(routed.id));
  const failed: Failed[] = [];
  for (const candidate of routed.candidates) {
    const outcome = await tryOnce(routed, candidate);
    if (outcome instanceof ProviderError) failed.push({ candidate, error: outcome });
    else return outcome;
  }
  const started = await anyStarted(routed, failed);
  if (started !== undefined) {
    const outcome = await tryOnce(routed, started);
    if (!(outcome instanceof ProviderError)) return outcome;
    failed.push({ candidate: started, error: outcome });
  }
  throw providerError(mostUseful(failed.map(({ error }) => error.failure)));
}

/** One call, up to the point from which there is no way back. An error that another candidate may not have is given back. */
async function tryOnce(routed: Routed, candidate: Candidate): Promise<Attempted | ProviderError> {
  const { body, draft, facts, operation, plan, ports, request } = routed;
  const call = openCall(routed, candidate);
  try {
    const reply = await candidate.provider.forward(
      { operation, model: candidate.model, body, stream: facts.stream },
      { signal: request.signal, timeouts: plan.timeouts },
    );
    call.requestId = reply.requestId;
    const relay = openRelay(routed, candidate, reply);
    draft.relay = relay;
    draft.changes = reply.changes;
    // The relay hears of the client's leaving itself, wherever it is waiting at that moment.
    request.signal.addEventListener("abort", relay);
    if (request.signal.aborted) relay.stop();
    await relay.prime(plan.limits.heldBytes);
    draft.firstContentMs = ports.clock.now() - draft.startedMs;
    return { ...routed, candidate, reply, relay };
  } catch (error) {
    draft.relay?.stop();
    if (!(error instanceof ProviderError) || request.signal.aborted) throw error;
    call.ended = { atMs: ports.clock.now(), failure: error.failure };
    call.requestId ??= error.failure.upstream?.requestId;
    if (error.failure.retry === "never") throw error;
    return error;
  }
}

/** The first candidate that was only starting, once it has started. */
async function anyStarted({ plan, request }: Routed, failed: readonly Failed[]): Promise<Candidate | undefined> {
  for (const { candidate, error } of failed) {
    if (await candidate.provider.untilReady(error, plan.startWait, { signal: request.signal })) return candidate;
  }
  return undefined;
}

function openCall({ draft, ports }: Routed, candidate: Candidate): AttemptDraft {
  const call: AttemptDraft = { candidate, startedMs: ports.clock.now(), requestId: undefined, ended: undefined };
  draft.attempts.push(call);
  return call;
}
