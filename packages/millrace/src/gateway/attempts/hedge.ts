import { Cancellation } from "../../model/cancellation.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { AttemptDraft, Routed } from "../exchange.ts";
import type { Agenda } from "./agenda.ts";
import { endAttempt, type Failed, openAttempt, type Outcome, type Placed, tryOnce } from "./one-attempt.ts";
import { placeAtOnce } from "./place.ts";

/** A call that can be called off without the client having left. */
interface Running {
  readonly attempt: AttemptDraft;
  readonly stop: Cancellation;
  readonly outcome: Promise<Outcome>;
}

/**
 * One call, and a second one beside it when the first is slower to its content than it nearly always is. Whoever has
 * content first answers, and the other is called off. When both fail, the agenda hears of one, the caller of the other.
 *
 * @throws {ProviderError} what no other candidate can help
 */
export async function tryHedged(routed: Routed, placed: Placed, agenda: Agenda): Promise<Outcome> {
  const limitMs = routed.live.fleet.view(placed.candidate).firstContentP95Ms;
  const first = run(routed, placed);
  if (limitMs === undefined || (await endsWithin(routed, first, limitMs))) return first.outcome;
  const beside = placeAtOnce(routed, agenda.beside());
  if (beside === undefined) return first.outcome;
  agenda.taken(beside.candidate);
  return quicker(routed, first, run(routed, beside), agenda);
}

async function quicker(routed: Routed, first: Running, second: Running, agenda: Agenda): Promise<Outcome> {
  const both = [first, second].map(async (running) => ({ running, outcome: await running.outcome }));
  // One that is called off has nobody left to hear of its end.
  for (const ended of both) ended.catch(() => undefined);
  try {
    const { running, outcome } = await Promise.race(both);
    const other = running === first ? second : first;
    if (!("error" in outcome)) {
      callOff(routed, other);
      return outcome;
    }
    hear(routed, outcome, other, agenda);
    return await other.outcome;
  } catch (error) {
    // The client left, or one of them cannot be helped: how the request ends is how they end.
    first.stop.cancel();
    second.stop.cancel();
    throw error;
  }
}

/** One of them has failed. Where no other candidate can help, the other of them cannot either. */
function hear(routed: Routed, { candidate, error }: Failed, other: Running, agenda: Agenda): void {
  try {
    agenda.hasFailed(candidate, error);
  } catch (hopeless) {
    callOff(routed, other);
    throw hopeless;
  }
}

function run(routed: Routed, placed: Placed): Running {
  const attempt = openAttempt(routed, placed);
  const stop = new Cancellation();
  routed.request.signal.addEventListener("abort", () => stop.cancel());
  if (routed.request.signal.aborted) stop.cancel();
  return { attempt, stop, outcome: tryOnce(routed, attempt, stop) };
}

function callOff({ ports }: Routed, { attempt, stop }: Running): void {
  endAttempt(attempt, ports.clock.now(), OUTRUN);
  stop.cancel();
}

const OUTRUN = failureOf("cancelled", "Another target was quicker.", { fault: "gateway", code: "outrun" });

/** Whether the call is over, in whatever way, within this time. */
function endsWithin({ ports }: Routed, { outcome }: Running, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = ports.clock.setTimer(limitMs, () => resolve(false));
    const end = (): void => {
      timer.cancel();
      resolve(true);
    };
    outcome.then(end, end);
  });
}
