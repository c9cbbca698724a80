import type { FleetFigures } from "../../packages/millrace/src/conformance/fleet/figures.ts";
import type { ServerSpec } from "../../packages/millrace/src/conformance/fleet/server-spec.ts";
import { type JournalEntry, simulate } from "../../packages/millrace/src/conformance/fleet/simulate.ts";
import type { WrittenRequest } from "../../packages/millrace/src/conformance/fleet/written-load.ts";
import type { Live } from "../../packages/millrace/src/gateway/live.ts";
import { type GatewaySubjectOptions, gatewaySubject } from "./gateway-subject.ts";
import type { SimulatedProvider } from "./simulated-provider.ts";

/** Reads a thousand tokens in a second, and writes a hundred in another. */
const PLAIN: Omit<ServerSpec, "name"> = { slots: 4, prefillPerS: 1000, decodePerS: 100, cacheTokens: 100_000 };

export interface Staged {
  readonly figures: FleetFigures;
  readonly journal: readonly JournalEntry[];
  readonly live: Live;
  readonly providers: readonly SimulatedProvider[];
  /** The servers that were called for a conversation, in order. */
  readonly calls: (conversation: string) => string[];
  /** When something happened to a conversation for the first time. */
  readonly whenMs: (conversation: string, what: JournalEntry["what"]) => number | undefined;
  /** How many calls each server was given. */
  readonly callsTo: Readonly<Record<string, number>>;
}

/** Plays requests that are written down to the gateway in front of these servers. */
export async function stage(
  servers: Readonly<Record<string, Partial<ServerSpec>>>,
  load: readonly WrittenRequest[],
  options: Partial<GatewaySubjectOptions> = {},
): Promise<Staged> {
  const journal: JournalEntry[] = [];
  let inside: { live: Live; providers: readonly SimulatedProvider[] } | undefined;
  const open = gatewaySubject({
    strategy: "adaptive",
    affinity: true,
    ...options,
    opened: (opened) => (inside = opened),
  });
  const figures = await simulate(open, {
    servers: Object.entries(servers).map(([name, more]) => ({ name, ...PLAIN, ...more })),
    load,
    journal: (entry) => journal.push(entry),
  });
  if (inside === undefined) throw new Error("The subject was never opened");
  const callsTo: Record<string, number> = {};
  for (const { server, calls } of figures.servers) callsTo[server] = calls;
  return {
    figures,
    journal,
    ...inside,
    callsTo,
    calls: (conversation) =>
      journal.flatMap((entry) => (entry.conversation === conversation ? [entry.server ?? []] : [])).flat(),
    whenMs: (conversation, what) =>
      journal.find((entry) => entry.conversation === conversation && entry.what === what)?.atMs,
  };
}

/** The same request from many conversations: `a-0`, `a-1` and so on. */
export function many(
  count: number,
  name: string,
  each: (n: number) => Omit<WrittenRequest, "conversation">,
): WrittenRequest[] {
  return Array.from({ length: count }, (_, n) => ({ conversation: `${name}-${n}`, ...each(n) }));
}
