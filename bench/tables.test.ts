import { expect, test } from "vitest";
import { summarizeLoad } from "./summary.ts";
import { loadTable, memoryTable, targetTable } from "./tables.ts";
import { outcomes } from "./targets.ts";
import { loadRun, measurement } from "./testing/measurements.ts";
import { WORKLOADS } from "./workloads.ts";

const titles = { bare: "bare relay", millrace: "the gateway" };

function tableFor(name: string, run: Parameters<typeof summarizeLoad>[1]): string {
  const workload = WORKLOADS.find((one) => one.name === name);
  if (workload === undefined) throw new Error(`There is no load ${name}`);
  return loadTable(summarizeLoad(workload, run), titles);
}

test("a load's table has a row for each subject and says what it resolves", () => {
  const text = tableFor("json-2k", loadRun("json-2k", { bare: [[50]], millrace: [[75]], "bare-again": [[55]] }));
  expect(text).toContain("Differences under 10 % are noise");
  expect(text).toContain("| the gateway | 75.0 | 75.0 (75.0–75.0) | 1.50 |");
});

test("a run of few processes says that it cannot be relied on", () => {
  const run = (processes: number): string => {
    const costs = Array.from({ length: processes }, () => [50]);
    return tableFor("json-2k", loadRun("json-2k", { bare: costs, "bare-again": costs }));
  };
  expect(run(4)).toContain("So few processes");
  expect(run(5)).not.toContain("So few processes");
});

test("a run on a machine that others used says so", () => {
  const run = (othersShare: number): string =>
    tableFor("json-2k", { ...loadRun("json-2k", {}), measurements: [measurement("bare", { othersShare })] });
  expect(run(0.4)).toContain("Others used 40 % of the subjects' processor");
  expect(run(0.02)).not.toContain("Others");
});

test("failures stand beside the name", () => {
  const measurements = [measurement("bare", { failures: 3 })];
  expect(tableFor("json-2k", { ...loadRun("json-2k", {}), measurements })).toContain("| bare relay (3 failed) |");
});

test("no cost is quoted where there is no subject", () => {
  const measurements = [measurement("bare"), measurement("direct", { cpuPerAnswer: 0, residentBytes: 0 })];
  expect(tableFor("json-rate", { ...loadRun("json-rate", {}), measurements })).toMatch(
    /\| direct \| – \| – \| – \|.*\| – \| – \|\n?$/,
  );
});

test("a run with nginx is compared with it", () => {
  expect(tableFor("json-2k", loadRun("json-2k", { bare: [[50]], nginx: [[25]] }))).toContain("× nginx");
  expect(tableFor("json-2k", loadRun("json-2k", { bare: [[50]] }))).not.toContain("nginx");
});

test("a target without a figure is not called met", () => {
  const text = targetTable(outcomes({ loads: [], memory: undefined }));
  expect(text).toContain("| CPU per 2 KB JSON request ÷ bare relay | – | ≤ 1.5 × | ≤ 1.25 × | not measured |");
  expect(text).not.toMatch(/\| met|aim met/);
});

test("memory is quoted with its range", () => {
  const footprint = { subject: "millrace", firstAnswerMs: 200, idleBytes: 80e6, usedBytes: 100e6, streamBytes: 20_480 };
  const footprints = [footprint, { ...footprint, idleBytes: 90e6 }];
  const text = memoryTable({ day: "", machine: "", command: "", streams: 5000, footprints }, titles);
  expect(text).toContain("| the gateway | 200 (200–200) | 85.0 (80.0–90.0) | 100 (100–100) | 20.0 (20.0–20.0) |");
});
