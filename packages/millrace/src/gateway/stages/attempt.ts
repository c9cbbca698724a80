import { ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { AttemptDraft, Attempted, Candidate, Routed } from "../exchange.ts";
import { mostUseful } from "../most-useful.ts";
import { openRelay } from "../relays/open.ts";
import { streamHead } from "../reply-headers.ts";

/**
 * Calls the candidates in their order until one has content to give. Nothing of an answer is sent
 * here, so a failure moves on unseen; while a stream's client waits, comments keep it alive.
 *
 * @throws {ProviderError} what ended it, or the most useful of what every candidate said
 */
export async function attempt(routed: Routed): Promise<Attempted> {
  const { draft, facts, outlet, plan, request } = routed;
  if (facts.stream) outlet.keepAlive(plan.keepAliveMs, streamHead(routed.id));
  const failures: Failure[] = [];
  for (const candidate of routed.candidates) {
    const call = openCall(routed, candidate);
    try {
      const attempted = await firstContent(routed, candidate, call);
      draft.firstContentMs = routed.ports.clock.now() - draft.startedMs;
      return attempted;
    } catch (error) {
      draft.relay?.stop();
      if (!(error instanceof ProviderError) || request.signal.aborted) throw error;
      call.ended = { atMs: routed.ports.clock.now(), failure: error.failure };
      call.requestId ??= error.failure.upstream?.requestId;
      if (error.failure.retry === "never") throw error;
      failures.push(error.failure);
    }
  }
  throw providerError(mostUseful(failures));
}

function openCall({ draft, ports }: Routed, candidate: Candidate): AttemptDraft {
  const call: AttemptDraft = { candidate, startedMs: ports.clock.now(), requestId: undefined, ended: undefined };
  draft.attempts.push(call);
  return call;
}

/** One call, up to the point from which there is no way back. */
async function firstContent(routed: Routed, candidate: Candidate, call: AttemptDraft): Promise<Attempted> {
  const { body, draft, facts, operation, plan, request } = routed;
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
  return { ...routed, candidate, reply, relay };
}
