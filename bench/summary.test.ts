import { describe, expect, test } from "vitest";
import { summarizeLoad } from "./summary.ts";
import { loadRun, measurement } from "./testing/measurements.ts";
import { WORKLOADS, type Workload } from "./workloads.ts";

function workloadCalled(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name);
  if (found === undefined) throw new Error(`There is no load ${name}`);
  return found;
}
const json = workloadCalled("json-2k");

describe("a load, summed up", () => {
  const run = loadRun("json-2k", {
    bare: [
      [50, 52, 54],
      [50, 60, 70],
    ],
    millrace: [
      [75, 75, 75],
      [100, 100, 100],
    ],
    "bare-again": [
      [50, 52, 54],
      [50, 60, 70],
    ],
  });
  const summary = summarizeLoad(json, run);
  const row = (name: string): (typeof summary.rows)[number] => summary.rows.find(({ subject }) => subject === name)!;

  test("the ratio is between the 25th percentiles of all rounds", () => {
    expect(row("bare").cpu.p25).toBe(50.5);
    expect(row("millrace").timesBare.value).toBeCloseTo(75 / 50.5);
  });

  test("its spread goes from the cheapest process to the dearest", () => {
    const { low, high } = row("millrace").timesBare;
    expect([low, high]).toEqual([75 / 50.5, 100 / 50.5]);
  });

  test("the margin is of the bare relay against itself", () => {
    expect(summary.margin).toBe(0);
    expect(summarizeLoad(json, loadRun("json-2k", { bare: [[50]], "bare-again": [[60]] })).margin).toBeCloseTo(0.2);
    expect(summarizeLoad(json, loadRun("json-2k", { bare: [[50]] })).margin).toBeNaN();
  });

  test("processes are counted", () => expect(summary.processes).toBe(2));

  test("nothing is said of nginx where it did not run", () => expect(row("millrace").timesNginx).toBeNaN());
});

test("the cost of streams is for an event of them", () => {
  const summary = summarizeLoad(workloadCalled("sse-rate"), loadRun("sse-rate", { bare: [[4080]] }));
  expect(summary.rows[0]?.cpu.p25).toBe(20);
});

test("what is added counts from the driver's own way to the upstream", () => {
  const measurements = [
    measurement("direct", { latency: { p50: 100, p99: 900 } }),
    measurement("millrace", { latency: { p50: 350, p99: 2900 } }),
  ];
  const { rows } = summarizeLoad(json, { ...loadRun("json-rate", {}), measurements });
  expect(rows.find(({ subject }) => subject === "millrace")?.added.latency).toEqual({ p50: 250, p99: 2000 });
});

test("a round without an answer has no cost, and its failures are told", () => {
  const dead = measurement("millrace", { answers: 0, failures: 32, cpuPerAnswer: Number.POSITIVE_INFINITY });
  const measurements = [measurement("bare"), dead, measurement("millrace")];
  const { rows } = summarizeLoad(json, { ...loadRun("json-2k", {}), measurements });
  expect(rows.find(({ subject }) => subject === "millrace")).toMatchObject({
    failures: 32,
    cpu: { rounds: 1, p25: 50 },
  });
});
