import { describe, expect, test } from "vitest";
import type { Footprint } from "./results.ts";
import { type LoadSummary, summarizeLoad } from "./summary.ts";
import { type Outcome, outcomes, verdict } from "./targets.ts";
import { loadRun, measurement } from "./testing/measurements.ts";
import { WORKLOADS } from "./workloads.ts";

const ratio = { what: "", unit: "×", direction: "at most", must: 1.5, aim: 1.25, margin: 0.1 } as const;

test.each<[string, Partial<Outcome>]>([
  ["aim met", { measured: 1.2 }],
  ["met", { measured: 1.3 }],
  ["met, within the margin", { measured: 1.45 }],
  ["not met, within the margin", { measured: 1.6 }],
  ["not met", { measured: 1.7 }],
  ["aim met", { measured: 13, direction: "at least", must: 8, aim: 12 }],
  ["not met", { measured: 7, direction: "at least", must: 8, aim: 12 }],
  ["met", { measured: 1.45, margin: Number.NaN }],
  ["not met", { measured: 1.51, margin: Number.NaN }],
  ["reported", { measured: 0.9, direction: "at least", must: undefined, aim: 1 }],
  ["reported, aim met", { measured: 1.1, direction: "at least", must: undefined, aim: 1 }],
  ["not measured", { measured: undefined }],
])("%s: %o", (said, outcome) => {
  expect(verdict({ ...ratio, measured: undefined, ...outcome })).toBe(said);
});

describe("each target's figure", () => {
  const footprint: Footprint = {
    subject: "millrace",
    firstAnswerMs: 250,
    idleBytes: 80e6,
    usedBytes: 100e6,
    streamBytes: 20 * 1024,
  };
  const memory = {
    day: "",
    machine: "",
    command: "",
    streams: 5000,
    footprints: [footprint, { ...footprint, subject: "bare", idleBytes: 60e6 }],
  };
  const rate = {
    ...loadRun("json-rate", {}),
    measurements: [
      measurement("direct", { latency: { p50: 100, p99: 1000 } }),
      measurement("millrace", { latency: { p50: 400, p99: 3000 } }),
    ],
  };
  const loads = [
    summed(
      "json-2k",
      loadRun("json-2k", { bare: [[50]], millrace: [[75]], portkey: [[900]], bifrost: [[90]], gomodel: [[60]] }),
    ),
    summed("json-rate", rate),
  ];
  const measured = (what: RegExp, of: Parameters<typeof outcomes>[0] = { loads, memory }): number | undefined =>
    outcomes(of).find((outcome) => what.test(outcome.what))?.measured;

  test.each([
    ["2 KB JSON", /2 KB JSON/, 1.5],
    ["Portkey", /Portkey/, 12],
    ["the cheaper of the Go peers", /Go peer/, 0.8],
    ["added p50 in ms", /p50/, 0.3],
    ["added p99 in ms", /p99/, 2],
    ["idle memory of millrace in MB", /idle$/, 80],
    ["used memory in MB", /10,000/, 100],
    ["an idle stream in KB", /per idle stream/, 20],
    ["the start in seconds", /start/, 0.25],
  ])("%s", (_name, what, value) => {
    expect(measured(what)).toBeCloseTo(value);
  });

  test.each([
    ["a load that was not run", /SSE chunk/],
    ["a peer that was not there", /LiteLLM/],
  ])("%s has none", (_name, what) => {
    expect(measured(what)).toBeUndefined();
  });

  test("nothing measured still names every target with its limits", () => {
    const all = outcomes({ loads: [], memory: undefined });
    expect(all.map(({ must }) => must)).toEqual([1.5, 1.15, 2, 2, 8, 20, undefined, 1, 5, 90, 120, 40, 0.5]);
    expect(all.every((outcome) => outcome.measured === undefined && Number.isFinite(outcome.aim))).toBe(true);
  });
});

function summed(name: string, run: Parameters<typeof summarizeLoad>[1]): LoadSummary {
  const workload = WORKLOADS.find((one) => one.name === name);
  if (workload === undefined) throw new Error(`There is no load ${name}`);
  return summarizeLoad(workload, run);
}
