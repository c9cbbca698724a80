import type { StartWait } from "../../providers/provider.ts";
import type { Candidate, Routed } from "../exchange.ts";
import { targetName } from "../exchange.ts";
import type { Agenda } from "./agenda.ts";

/**
 * The first candidate that was only starting, once it has started. One look is enough for all who wait for it. However
 * many are waited for, and however often, it takes no longer than the wait for one of them may.
 */
export async function awaitStart(routed: Routed, agenda: Agenda): Promise<Candidate | undefined> {
  const { live, outlet, plan, ports, request } = routed;
  const sinceMs = ports.clock.now() - agenda.waitedMs;
  try {
    for (let next = agenda.takeStarting(); next !== undefined; next = agenda.takeStarting()) {
      const { candidate, error } = next;
      outlet.progress = () => `waiting for ${targetName(candidate)} to load, ${seconds(ports.clock.now() - sinceMs)}`;
      const wait = whatIsLeft(plan.startWait, agenda.waitedMs);
      const started = await live.startWaits.until(candidate, error, wait, request.signal);
      agenda.waitedMs = ports.clock.now() - sinceMs;
      if (!started) continue;
      live.fleet.startSeen(candidate);
      return candidate;
    }
  } finally {
    outlet.progress = undefined;
  }
  return undefined;
}

function whatIsLeft({ loadingMs, absentMs }: StartWait, waitedMs: number): StartWait {
  return { loadingMs: Math.max(0, loadingMs - waitedMs), absentMs: Math.max(0, absentMs - waitedMs) };
}

function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}
