import { Agenda } from "../attempts/agenda.ts";
import { giveUp } from "../attempts/give-up.ts";
import { tryHedged } from "../attempts/hedge.ts";
import { openAttempt, type Outcome, type Placed, tryOnce } from "../attempts/one-attempt.ts";
import { placeNext } from "../attempts/place.ts";
import { awaitStart } from "../attempts/start.ts";
import { wholeAnswer } from "../attempts/whole-answer.ts";
import type { Attempted, Routed } from "../exchange.ts";
import { targetName } from "../exchange.ts";
import { streamHead } from "../reply-headers.ts";

/**
 * Calls candidates until one has content to give, or the whole of an answer that goes out in one piece. Nothing is sent
 * here, so a failure moves on unseen; while a stream's client waits, in a line too, comments keep it alive. When none can answer, and one is only
 * starting, it is waited for.
 *
 * @throws {ProviderError} what ended it, or the most useful of what every candidate said
 * @throws {RefusalError} when no place came free in time, or the client left
 */
export async function attempt(routed: Routed): Promise<Attempted> {
  const { facts } = routed;
  if (facts.stream) keepAlive(routed);
  const agenda = new Agenda(routed);
  for (;;) {
    const place = placeNext(routed, agenda.next());
    const placed = place instanceof Promise ? await place : place;
    if (placed === undefined) {
      const started = await awaitStart(routed, agenda);
      if (started === undefined) return giveUp(routed, agenda.failed);
      agenda.hasStarted(started);
      continue;
    }
    agenda.taken(placed.candidate);
    const begun = await call(routed, placed, agenda);
    const read = "error" in begun ? begun : wholeAnswer(answering(begun));
    const outcome = read instanceof Promise ? await read : read;
    if (!("error" in outcome)) return outcome;
    agenda.hasFailed(outcome.candidate, outcome.error);
  }
}

/** Only a stream in which something may stand that means nothing can be kept alive before there is content. */
function keepAlive({ dialect, id, outlet, plan }: Routed): void {
  const { keepAlive: sign } = dialect.stream;
  if (sign === undefined) return;
  const head = streamHead(id, dialect.stream);
  outlet.keepAlive(plan.keepAliveMs, head, sign === "comment" ? undefined : sign.text);
}

function call(routed: Routed, placed: Placed, agenda: Agenda): Promise<Outcome> {
  if (routed.route?.hedge === true) return tryHedged(routed, placed, agenda);
  return tryOnce(routed, openAttempt(routed, placed), routed.request.signal);
}

function answering(attempted: Attempted): Attempted {
  const { attempt: taken, candidate, conversation, draft, facts, live, ports, principal, relay, reply } = attempted;
  draft.relay = relay;
  draft.changes = reply.changes;
  draft.firstContentMs = ports.clock.now() - draft.startedMs;
  const { responseId } = relay.seen;
  if (responseId !== undefined) {
    const holder = { provider: candidate.provider.name, credential: taken.call.credential };
    live.responses.note(principal.name, responseId, holder);
  }
  if (conversation !== undefined) live.affinity.set(facts.model, conversation, targetName(candidate));
  return attempted;
}
