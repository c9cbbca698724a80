import { setTimeout as delay } from "node:timers/promises";
import type { ScriptedUpstream } from "millrace/conformance";
import type { GatewayProcess } from "./gateway-process.ts";
import type { Holdings } from "./probe.ts";

/** What is open at one moment: how many of each kind. */
export type Open = Readonly<Record<string, number>>;

/** What the whole gateway holds at one moment. */
export interface Sample {
  /** Since the load began. */
  readonly minutes: number;
  /** In MB, after a collection of garbage. */
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
  readonly open: Open;
}

const EVERY_MS = 2000;
/** Longer than the idle time of the pools (4 s) and of what may follow from it. */
const REST_WITHIN_MS = 30_000;
const DESCRIPTORS = "descriptors";
const UPSTREAM_SOCKETS = "connections at the model server";

/** Looks into the gateway while it runs. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #gateway: GatewayProcess;
  readonly #upstream: ScriptedUpstream;

  constructor(gateway: GatewayProcess, upstream: ScriptedUpstream) {
    this.#gateway = gateway;
    this.#upstream = upstream;
  }

  /** Takes a sample every two seconds until it is told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    const startMs = performance.now();
    for (;;) {
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const minutes = (performance.now() - startMs) / 60_000;
      this.samples.push({ minutes, ...(await this.#sample(2)) });
    }
  }

  /** What is open once nothing is under way: waits until this is at rest, at the longest for half a minute. */
  async atRest(isRest: (open: Open) => boolean): Promise<Open> {
    const endMs = performance.now() + REST_WITHIN_MS;
    for (;;) {
      const { open } = await this.#sample(3);
      if (isRest(open) || performance.now() > endMs) return open;
      await delay(EVERY_MS / 2);
    }
  }

  async #sample(collections: number): Promise<Omit<Sample, "minutes">> {
    const threads = await this.#gateway.holdings(collections);
    const processes = new Map(threads.map((thread) => [thread.pid, thread]));
    const descriptors = this.#gateway.descriptors(processes.keys());
    return {
      heap: megabytes(threads, "heapUsed"),
      external: megabytes(threads, "external"),
      rss: megabytes([...processes.values()], "rss"),
      open: {
        ...resourcesOf(threads),
        ...(Number.isNaN(descriptors) ? {} : { [DESCRIPTORS]: descriptors }),
        [UPSTREAM_SOCKETS]: this.#upstream.openSockets,
      },
    };
  }
}

/** Whether no connection is open to the model server: everything the gateway keeps for requests has been let go of. */
export function isQuiet(open: Open): boolean {
  return open[UPSTREAM_SOCKETS] === 0;
}

function megabytes(holdings: readonly Holdings[], what: "heapUsed" | "external" | "rss"): number {
  return holdings.reduce((sum, one) => sum + one[what], 0) / 1e6;
}

function resourcesOf(threads: readonly Holdings[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { resources } of threads) {
    for (const [kind, count] of Object.entries(resources)) counts[kind] = (counts[kind] ?? 0) + count;
  }
  return counts;
}
