import { Clients } from "./client.ts";
import { configuration } from "./configuration.ts";
import { GatewayProcess, type LogLine } from "./gateway-process.ts";
import type { Observations } from "./judgement.ts";
import { KINDS } from "./kinds.ts";
import { runLoad } from "./load.ts";
import { reconcile, type RequestLine } from "./records.ts";
import { Reloads } from "./reloads.ts";
import { isQuiet, type Open, Sampler } from "./sampler.ts";
import { startUpstream } from "./upstream.ts";
import { Visits } from "./visits.ts";

export interface SoakOptions {
  readonly minutes: number;
  /** Requests per second. */
  readonly rate: number;
  readonly seed: number;
  /** Flags that the gateway gets beside those of the soak. */
  readonly flags: readonly string[];
}

export interface SoakRun extends Observations {
  readonly mostAtOnce: number;
}

/** In milliseconds. */
const RELOAD_EVERY_MS = 20_000;
/** Of the lines that should not be there, so many are told at once: a gateway that crashes says why. */
const ODD_TOLD_MAX = 20;

/** Runs the gateway under its load from start to stop, and tells everything that was seen. */
export async function runSoak(
  { minutes, rate, seed, flags }: SoakOptions,
  onProgress: (text: string) => void,
): Promise<SoakRun> {
  const visits = new Visits();
  const upstream = await startUpstream(visits, seed);
  const log = new SoakLog(onProgress);
  const config = configuration("first", upstream.url);
  const gateway = await GatewayProcess.start({ config, flags, onLine: (line) => log.read(line) });
  const reloads = new Reloads(gateway, upstream.url);
  log.onLine = (line) => reloads.heard(line);
  const sampler = new Sampler(gateway, upstream);
  const clients = new Clients(gateway.url, visits);
  const openBefore = await sampler.atRest(isQuiet);

  onProgress(`Under load for ${minutes} minutes.`);
  const over = new AbortController();
  const beside = [sampler.run(over.signal), reloads.run(RELOAD_EVERY_MS, over.signal)];
  const load = await runLoad({ clients, seed, rate, ms: minutes * 60_000 });
  over.abort();
  await Promise.all([...beside, visits.settled()]);
  clients.close();
  await reloads.change("first");
  onProgress("The load has ended; waiting for rest.");
  const openAfter = await sampler.atRest((open) => isQuiet(open) && isWithin(open, openBefore));

  const exitCode = await gateway.stop();
  await upstream.close();
  return {
    ...load,
    // What is held while the last answers run out would look like memory that is given back.
    samples: sampler.samples.filter((sample) => sample.minutes <= minutes),
    openBefore,
    openAfter,
    endings: new Map(KINDS.map(({ name, endings }) => [name, endings])),
    reconciliation: reconcile(load.asked, log.requests),
    hung: clients.hung,
    stopMs: visits.stopMs,
    orphans: visits.orphans,
    begunAfter: visits.begunAfter,
    reloads,
    oddLines: log.odd,
    exitCode,
  };
}

function isWithin(open: Open, before: Open): boolean {
  return Object.entries(open).every(([kind, count]) => count <= (before[kind] ?? 0));
}

/** What was read of the gateway's log. */
class SoakLog {
  readonly requests: RequestLine[] = [];
  readonly odd: string[] = [];
  onLine: (line: LogLine) => void = () => undefined;
  readonly #onOdd: (text: string) => void;

  constructor(onOdd: (text: string) => void) {
    this.#onOdd = onOdd;
  }

  read(line: LogLine): void {
    this.onLine(line);
    const { event, id, key, status, outcome } = line;
    if (event === "reloaded" || event === "reload_failed") return;
    if (event === "request" && typeof id === "string" && typeof outcome === "string") {
      this.requests.push({
        id,
        key: typeof key === "string" ? key : undefined,
        status: typeof status === "number" ? status : undefined,
        outcome,
      });
    } else if (!isFarewell(line)) {
      const text = JSON.stringify(line);
      if (this.odd.length < ODD_TOLD_MAX) this.#onOdd(text);
      this.odd.push(text);
    }
  }
}

/** What is printed when it is told to stop. */
function isFarewell({ event, message }: LogLine): boolean {
  return event === "printed" && typeof message === "string" && /^(?:SIGTERM: |Stopped; every request)/.test(message);
}
