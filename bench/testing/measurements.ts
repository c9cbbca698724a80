import type { LoadRun, Measurement } from "../results.ts";

const NONE = { p50: 0, p99: 0 };

/** A round of which only what matters is said. */
export function measurement(subject: string, said: Partial<Measurement> = {}): Measurement {
  return {
    subject,
    restart: 0,
    answers: 100,
    failures: 0,
    cpuPerAnswer: 50,
    processors: 1,
    othersShare: 0,
    answersPerSecond: 1000,
    residentBytes: 100e6,
    latency: NONE,
    firstByte: NONE,
    gap: NONE,
    ...said,
  };
}

/** A run of rounds whose costs are said: for each subject, for each of its processes, for each round. */
export function loadRun(workload: string, costs: Readonly<Record<string, readonly (readonly number[])[]>>): LoadRun {
  const measurements = Object.entries(costs).flatMap(([subject, processes]) =>
    processes.flatMap((rounds, restart) =>
      rounds.map((cpuPerAnswer) => measurement(subject, { restart, cpuPerAnswer })),
    ),
  );
  return { workload, day: "2026-01-31", machine: "a machine", command: "npm run bench", measurements };
}
