import type { MemoryRun } from "./results.ts";
import { median } from "./statistics.ts";
import type { LoadSummary, Row } from "./summary.ts";
import { WORKLOADS } from "./workloads.ts";

/** A target, and what came of it. */
export interface Outcome {
  readonly what: string;
  /** Undefined where this run does not tell. */
  readonly measured: number | undefined;
  readonly unit: string;
  /** Whether the figure has to stay below what is asked, or above. */
  readonly direction: "at most" | "at least";
  /** Undefined where the figure is only to be reported. */
  readonly must: number | undefined;
  readonly aim: number;
  /** The smallest difference that counts, as a share; NaN where none was measured. */
  readonly margin: number;
}

export interface Measured {
  readonly loads: readonly LoadSummary[];
  readonly memory: MemoryRun | undefined;
}

/** Every target, in the order of the table. */
export function outcomes(measured: Measured): readonly Outcome[] {
  return [
    ratioToBare("CPU per 2 KB JSON request ÷ bare relay", measured, "json-2k"),
    ratioToBare("CPU per SSE chunk ÷ bare relay", measured, "sse-rate"),
    translated("CPU per translated SSE chunk ÷ one that passes", measured),
    ratioToBare("CPU per 200 KB request ÷ bare relay", measured, "json-200k"),
    peer("Portkey's CPU per request ÷ ours", measured, ["portkey"], { must: 8, aim: 12 }),
    peer("LiteLLM's CPU per request ÷ ours", measured, ["litellm"], { must: 20, aim: 40 }),
    peer("the fastest Go peer's CPU per request ÷ ours", measured, ["bifrost", "gomodel"], {
      must: undefined,
      aim: 1,
    }),
    added("added p50 at 1,000 requests/s", measured, "p50", { must: 1, aim: 0.3 }),
    added("added p99 at 1,000 requests/s", measured, "p99", { must: 5, aim: 2 }),
    held("RSS idle", measured, ({ idleBytes }) => idleBytes / 1e6, { unit: "MB", must: 90, aim: 60 }),
    held("RSS after 10,000 requests", measured, ({ usedBytes }) => usedBytes / 1e6, { unit: "MB", must: 120, aim: 90 }),
    held("RSS per idle stream", measured, ({ streamBytes }) => streamBytes / 1024, { unit: "KB", must: 40, aim: 20 }),
    held("start to first answer", measured, ({ firstAnswerMs }) => firstAnswerMs / 1000, {
      unit: "s",
      must: 0.5,
      aim: 0.25,
    }),
  ];
}

/** What is said of a target: whether it is met, and whether the difference to it could be chance. */
export function verdict({ measured, direction, must, aim, margin }: Outcome): string {
  if (measured === undefined) return "not measured";
  const meets = (limit: number): boolean => (direction === "at most" ? measured <= limit : measured >= limit);
  if (must === undefined) return meets(aim) ? "reported, aim met" : "reported";
  const close = Math.max(measured / must, must / measured) - 1 <= margin ? ", within the margin" : "";
  if (!meets(must)) return `not met${close}`;
  return meets(aim) ? `aim met${close}` : `met${close}`;
}

interface Limits {
  readonly must: number | undefined;
  readonly aim: number;
}

function ratioToBare(what: string, { loads }: Measured, load: string): Outcome {
  const summary = loads.find(({ workload }) => workload.name === load);
  const { must, aim = Number.NaN } = WORKLOADS.find(({ name }) => name === load) ?? {};
  const measured = finite(rowOf(summary, "millrace")?.timesBare.value);
  return { what, measured, unit: "×", direction: "at most", must, aim, margin: summary?.margin ?? Number.NaN };
}

/** What writing a stream in another dialect costs, beside letting one pass: each was held against the bare relay. */
function translated(what: string, { loads }: Measured): Outcome {
  const [passing, written] = ["sse-rate", "sse-messages"].map((load) => {
    return loads.find(({ workload }) => workload.name === load);
  });
  const times = (load: LoadSummary | undefined): number => rowOf(load, "millrace")?.timesBare.value ?? Number.NaN;
  const margin = Math.max(passing?.margin ?? Number.NaN, written?.margin ?? Number.NaN);
  const measured = finite(times(written) / times(passing));
  return { what, measured, unit: "×", direction: "at most", must: 2, aim: 1.5, margin };
}

/** The cheapest of the peers that were measured. */
function peer(what: string, { loads }: Measured, peers: readonly string[], limits: Limits): Outcome {
  const summary = loads.find(({ workload }) => workload.name === "json-2k");
  const ours = rowOf(summary, "millrace")?.cpu.p25 ?? Number.NaN;
  const theirs = peers.flatMap((name) => finite(rowOf(summary, name)?.cpu.p25) ?? []);
  const measured = finite(Math.min(...theirs) / ours);
  return { what, measured, unit: "×", direction: "at least", ...limits, margin: summary?.margin ?? Number.NaN };
}

function added(what: string, { loads }: Measured, percentile: "p50" | "p99", limits: Limits): Outcome {
  const row = rowOf(
    loads.find(({ workload }) => workload.name === "json-rate"),
    "millrace",
  );
  const microseconds = finite(row?.added.latency[percentile]);
  const measured = microseconds === undefined ? undefined : microseconds / 1000;
  return { what, measured, unit: "ms", direction: "at most", ...limits, margin: Number.NaN };
}

function held(
  what: string,
  { memory }: Measured,
  figure: (footprint: MemoryRun["footprints"][number]) => number,
  limits: Limits & { readonly unit: string },
): Outcome {
  const ours = memory?.footprints.filter(({ subject }) => subject === "millrace") ?? [];
  const measured = finite(median(ours.map(figure)));
  return { what, measured, direction: "at most", ...limits, margin: Number.NaN };
}

function rowOf(summary: LoadSummary | undefined, subject: string): Row | undefined {
  return summary?.rows.find((row) => row.subject === subject);
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
