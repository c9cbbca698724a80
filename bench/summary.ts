import { marginOf } from "./margin.ts";
import type { LoadRun, Measurement } from "./results.ts";
import { median, type Percentiles, summarize, type Summary } from "./statistics.ts";
import type { Workload } from "./workloads.ts";

/** What is quoted of a subject under a load. Times in microseconds; times are medians of what the rounds had. */
export interface Row {
  readonly subject: string;
  readonly failures: number;
  /** CPU time for one unit of the load. */
  readonly cpu: Summary;
  /** To the 25th percentile of the bare relay, and of nginx. */
  readonly timesBare: Spread;
  readonly timesNginx: number;
  readonly latency: Percentiles;
  readonly firstByte: Percentiles;
  readonly gap: Percentiles;
  /** What the three have beyond those without a subject between. */
  readonly added: Record<"latency" | "firstByte" | "gap", Percentiles>;
  readonly unitsPerSecond: number;
  readonly processors: number;
  readonly residentBytes: number;
}

/** A ratio, and what it was for the cheapest and the dearest process. */
export interface Spread {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A load, summed up. */
export interface LoadSummary {
  readonly workload: Workload;
  /** The smallest difference that counts, as a share; NaN where the bare relay did not run twice. */
  readonly margin: number;
  readonly processes: number;
  /** The share of the subjects' processor that others used, in the median round. */
  readonly othersShare: number;
  readonly rows: readonly Row[];
}

export function summarizeLoad(workload: Workload, { measurements }: LoadRun): LoadSummary {
  const names = [...new Set(measurements.map(({ subject }) => subject))];
  const of = (subject: string): readonly Measurement[] => measurements.filter((one) => one.subject === subject);
  const costs = (subject: string): number[][] => costsByProcess(of(subject), workload.unitsPerAnswer);
  const references = {
    bare: summarize(costs("bare").flat()).p25,
    nginx: summarize(costs("nginx").flat()).p25,
    direct: of("direct"),
  };
  return {
    workload,
    margin: marginOf({ one: costs("bare"), other: costs("bare-again") }),
    processes: new Set(measurements.map(({ restart }) => restart)).size,
    othersShare: median(measurements.map((one) => one.othersShare)),
    rows: names.map((name) => rowOf(name, of(name), costs(name), workload, references)),
  };
}

/** The cost of a unit in each round that had an answer, process by process. */
function costsByProcess(measurements: readonly Measurement[], units: number): number[][] {
  const processes: number[][] = [];
  for (const { restart, answers, cpuPerAnswer } of measurements) {
    const process = (processes[restart] ??= []);
    if (answers > 0) process.push(cpuPerAnswer / units);
  }
  return processes;
}

interface References {
  readonly bare: number;
  readonly nginx: number;
  readonly direct: readonly Measurement[];
}

function rowOf(
  subject: string,
  measurements: readonly Measurement[],
  processes: readonly (readonly number[])[],
  { unitsPerAnswer }: Workload,
  { bare, nginx, direct }: References,
): Row {
  const cpu = summarize(processes.flat());
  const each = summarize(processes.map((rounds) => summarize(rounds).p25));
  const added = (what: TimeName): Percentiles => difference(typical(measurements, what), typical(direct, what));
  return {
    subject,
    failures: measurements.reduce((sum, { failures }) => sum + failures, 0),
    cpu,
    timesBare: { value: cpu.p25 / bare, low: each.min / bare, high: each.max / bare },
    timesNginx: cpu.p25 / nginx,
    latency: typical(measurements, "latency"),
    firstByte: typical(measurements, "firstByte"),
    gap: typical(measurements, "gap"),
    added: { latency: added("latency"), firstByte: added("firstByte"), gap: added("gap") },
    unitsPerSecond: median(measurements.map((one) => one.answersPerSecond * unitsPerAnswer)),
    processors: median(measurements.map((one) => one.processors)),
    residentBytes: median(measurements.map((one) => one.residentBytes)),
  };
}

type TimeName = "latency" | "firstByte" | "gap";

function typical(measurements: readonly Measurement[], what: TimeName): Percentiles {
  return {
    p50: median(measurements.map((one) => one[what].p50)),
    p99: median(measurements.map((one) => one[what].p99)),
  };
}

function difference(one: Percentiles, other: Percentiles): Percentiles {
  return { p50: one.p50 - other.p50, p99: one.p99 - other.p99 };
}
