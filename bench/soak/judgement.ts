import type { Asked, Reconciliation } from "./records.ts";
import type { Open, Sample } from "./sampler.ts";
import { lowestInBlocks, type Trend, trendOf } from "./trend.ts";

/** Everything that was seen in a run. */
export interface Observations {
  readonly samples: readonly Sample[];
  readonly openBefore: Open;
  readonly openAfter: Open;
  readonly asked: readonly Asked[];
  /** How a request of a kind may end: a status and an ending. */
  readonly endings: ReadonlyMap<string, readonly string[]>;
  readonly reconciliation: Reconciliation;
  readonly hung: readonly string[];
  /** How long upstream calls ran on after their clients had left, in milliseconds. */
  readonly stopMs: readonly number[];
  readonly orphans: number;
  readonly begunAfter: number;
  readonly reloads: { readonly done: number; readonly wrong: readonly string[] };
  /** Lines of the log that should not be there. */
  readonly oddLines: readonly string[];
  readonly exitCode: number | null;
}

/** One line of the verdict. */
export interface Finding {
  readonly what: string;
  readonly measured: string;
  readonly allowed: string;
  readonly state: "kept" | "broken" | "not judged";
  /** Examples of what broke it. */
  readonly details: readonly string[];
}

/**
 * While caches, pools and compiled code still grow, and the allocator takes its share: in its second and third minute a
 * sound gateway still gains a quarter of a megabyte of heap.
 */
const WARM_UP_MINUTES = 3;
/** One point for the trend from each ten seconds. */
const BLOCK_MINUTES = 1 / 6;
/** With fewer points an interval says nothing. */
const BLOCKS_MIN = 8;
/** Slopes that are no leak, in MB a minute. At 150 requests/s, 20 bytes kept of each would be a slope of 0.18. */
const SLOPE_MAX = { heap: 0.15, external: 0.15, rss: 1 } as const;
/** The promise is 100 ms. A few meet a collection of garbage that the probe forces, or a pause of the machine. */
const STOP_MS = { p99: 100, max: 500 } as const;
const DETAILS_MAX = 10;

/** Judges a run: one finding for each thing that must hold. */
export function judge(run: Observations): Finding[] {
  const { reconciliation, reloads } = run;
  const told = (what: Reconciliation["discrepancies"][number]["what"]): string[] =>
    reconciliation.discrepancies.filter((one) => one.what === what).map(({ detail }) => detail);
  return [
    flat("heap after collection", run.samples, "heap"),
    flat("buffers outside the heap", run.samples, "external"),
    flat("resident memory", run.samples, "rss"),
    asBefore(run.openBefore, run.openAfter),
    none("records lost", told("lost")),
    none("records doubled", told("doubled")),
    none("records of no request", told("never asked")),
    none("records that tell otherwise than the client saw", told("told otherwise")),
    none("records of mere queries", told("kept though a query")),
    none("answers other than they should be", unexpected(run)),
    none("requests that hang", run.hung),
    stopped(run),
    none(
      `reloads with another effect than they should, of ${reloads.done}`,
      reloads.done === 0 ? ["there were none"] : reloads.wrong,
    ),
    none("lines in the log that should not be there", run.oddLines),
    none("endings but with code 0", run.exitCode === 0 ? [] : [`code ${run.exitCode}`]),
  ];
}

/** The samples from which a trend is read: those after the warm-up. */
export function afterWarmUp(samples: readonly Sample[]): readonly Sample[] {
  return samples.filter(({ minutes }) => minutes >= WARM_UP_MINUTES);
}

function flat(what: string, samples: readonly Sample[], of: "heap" | "external" | "rss"): Finding {
  const points = lowestInBlocks(
    afterWarmUp(samples).map((sample) => ({ minutes: sample.minutes, value: sample[of] })),
    BLOCK_MINUTES,
  );
  const allowed = `lower bound ≤ ${SLOPE_MAX[of]} MB/min`;
  if (points.length < BLOCKS_MIN) {
    return { what, measured: "too short a run", allowed, state: "not judged", details: [] };
  }
  const trend = trendOf(points);
  const state = trend.low > SLOPE_MAX[of] ? "broken" : "kept";
  const ends = `${points[0]?.value.toFixed(1)} MB at first, ${points.at(-1)?.value.toFixed(1)} MB at last`;
  return { what, measured: trendText(trend), allowed, state, details: [ends] };
}

function trendText({ slope, low, high }: Trend): string {
  const signed = (value: number): string => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
  return `${signed(slope)} MB/min (95 %: ${signed(low)} to ${signed(high)})`;
}

/** More of anything than before is a leak; what was open before and is not any more is none. */
function asBefore(before: Open, after: Open): Finding {
  const more = Object.entries(after).filter(([kind, count]) => count > (before[kind] ?? 0));
  const details = more.map(([kind, count]) => `${kind}: ${before[kind] ?? 0} before, ${count} after`);
  return none("kinds of sockets, timers and descriptors left open", details);
}

function unexpected({ asked, endings }: Observations): string[] {
  return asked
    .map(({ kind, status, ending }) => ({ kind, seen: `${status ?? "-"} ${ending}` }))
    .filter(({ kind, seen }) => !(endings.get(kind) ?? []).includes(seen))
    .map(({ kind, seen }) => `${kind}: ${seen}`);
}

function stopped({ stopMs, orphans, begunAfter }: Observations): Finding {
  const sorted = stopMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  const shown = (share: number): string => `${Math.round(at(share))} ms`;
  const late = sorted.filter((ms) => ms > STOP_MS.p99).length;
  const details = [
    ...(at(0.99) > STOP_MS.p99 || at(1) > STOP_MS.max ? [`${late} ran on for more than ${STOP_MS.p99} ms`] : []),
    ...(orphans > 0 ? [`${orphans} never stopped`] : []),
    ...(begunAfter > 0 ? [`${begunAfter} were begun after the client had left`] : []),
    ...(sorted.length === 0 ? ["no client left"] : []),
  ];
  return {
    what: `time until a call stops whose client has left, of ${sorted.length}`,
    measured: `p50 ${shown(0.5)}, p99 ${shown(0.99)}, max ${shown(1)}`,
    allowed: `p99 ≤ ${STOP_MS.p99} ms, max ≤ ${STOP_MS.max} ms`,
    state: details.length === 0 ? "kept" : "broken",
    details,
  };
}

function none(what: string, found: readonly string[]): Finding {
  const state = found.length === 0 ? "kept" : "broken";
  const details = [...Map.groupBy(found, (one) => one)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, DETAILS_MAX)
    .map(([one, all]) => (all.length > 1 ? `${one}, ${all.length} times` : one));
  return { what, measured: String(found.length), allowed: "0", state, details };
}
