import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Measurement } from "./measure.ts";
import { summarize } from "./statistics.ts";
import type { Subject } from "./subjects.ts";
import type { Workload } from "./workloads.ts";

export interface Run {
  readonly measurements: readonly Measurement[];
  readonly subjects: readonly Subject[];
  readonly workloads: readonly Workload[];
  /** Put the table into `docs/benchmarks.md` and the raw figures beside it. */
  readonly write: boolean;
}

const MARK = { from: "<!-- cost -->", to: "<!-- /cost -->" };
const page = new URL("../docs/benchmarks.md", import.meta.url);
const raw = new URL("../docs/benchmarks/cost.json", import.meta.url);

/** Prints what was measured as tables, one for each load. */
export function report(run: Run): void {
  const text = run.workloads.map((workload) => tableOf(workload, run)).join("\n");
  process.stdout.write(`${text}\n`);
  if (!run.write) return;
  mkdirSync(new URL(".", raw), { recursive: true });
  writeFileSync(raw, `${JSON.stringify({ machine: machine(), measurements: run.measurements }, null, 1)}\n`);
  const before = readFileSync(page, "utf8");
  const [start, end] = [before.indexOf(MARK.from), before.indexOf(MARK.to)];
  if (start < 0 || end < 0) throw new Error("docs/benchmarks.md has lost its marks");
  writeFileSync(page, `${before.slice(0, start + MARK.from.length)}\n\n${machine()}\n\n${text}\n${before.slice(end)}`);
}

function machine(): string {
  const [{ model } = { model: "unknown processor" }] = cpus();
  return `Measured on ${cpus().length} × ${model.trim()}, Node ${process.versions.node}.`;
}

function tableOf(workload: Workload, { measurements, subjects }: Run): string {
  const rows = subjects.map((subject) => {
    const own = measurements.filter((one) => one.workload === workload.name && one.subject === subject.name);
    return { subject, own, cpu: summarize(own.map((one) => one.cpuPerAnswer / workload.chunksPerAnswer)) };
  });
  const bare = rows.find(({ subject }) => subject.name === "bare")?.cpu.p25 ?? Number.NaN;
  const lines = rows.map(({ subject, own, cpu }) => {
    const latency = summarize(own.map((one) => one.latency.p50));
    const slowest = summarize(own.map((one) => one.latency.p99));
    const rate = summarize(own.map((one) => one.answersPerSecond));
    const failures = own.reduce((sum, one) => sum + one.failures, 0);
    const cells = [
      subject.title + (failures > 0 ? ` (${failures} failed)` : ""),
      micro(cpu.p25),
      `${micro(cpu.median)} (${micro(cpu.min)}–${micro(cpu.max)})`,
      (cpu.p25 / bare).toFixed(2),
      `${micro(latency.median)} / ${micro(slowest.median)}`,
      Math.round(rate.median).toLocaleString("en-US"),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const { must, aim } = workload;
  const target = must === undefined ? "" : ` Target: at most ${must} × the bare relay, aim ${aim ?? must}.`;
  return [
    `### ${workload.title}`,
    "",
    `CPU in µs per ${workload.unit}.${target}`,
    "",
    "| subject | p25 | median (range) | × bare relay | p50 / p99 latency, µs | answers/s |",
    "|---|--:|--:|--:|--:|--:|",
    ...lines,
    "",
  ].join("\n");
}

function micro(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
