import { busyMicroseconds, cpuMicroseconds, residentBytes } from "./cpu-time.ts";
import type { Driver } from "./driver.ts";
import type { Round } from "./processes/load-driver.ts";
import type { Measurement } from "./results.ts";
import { PROCESSOR, type Running, type Subject } from "./subjects.ts";
import type { Address, Upstreams } from "./upstreams.ts";
import type { WarmUp, Workload } from "./workloads.ts";

export interface Plan {
  readonly upstreams: Upstreams;
  readonly driver: Driver;
  readonly subjects: readonly Subject[];
  /** Loads that the same processes bear, one after the other; all have the same kind of upstream. */
  readonly workloads: readonly Workload[];
  /** Fresh processes of each subject. */
  readonly restarts: number;
  /** Rounds of each process under each load. */
  readonly rounds: number;
  /** The longest that a subject may warm up, in milliseconds. */
  readonly warmUpMs: number;
  readonly onProgress: (text: string) => void;
}

/** A subject and a process of it. */
interface Contestant {
  readonly subject: Subject;
  readonly running: Running;
}

/** Measures all subjects in turn, A B C A B C, each restart with fresh processes: the measurements of each load. */
export async function measure(plan: Plan): Promise<Map<string, Measurement[]>> {
  const { workloads, subjects, upstreams, restarts, onProgress } = plan;
  const measurements = new Map(workloads.map(({ name }) => [name, [] as Measurement[]]));
  for (let restart = 0; restart < restarts; restart += 1) {
    const upstream = workloads.some(({ secure }) => secure) ? upstreams.secure : upstreams.plain;
    const contestants = await startAll(subjects, upstream);
    try {
      for (const workload of workloads) {
        const ready = contestants.filter(({ subject }) => takes(subject, workload));
        measurements.get(workload.name)?.push(...(await measureProcesses(plan, workload, ready, restart)));
        onProgress(`${workload.name}: processes ${restart + 1} of ${restarts}`);
      }
    } finally {
      await Promise.all(contestants.map(({ running }) => running.stop()));
    }
  }
  return measurements;
}

/** Whether a subject is measured under a load. Only what comes at its own pace says what a subject adds to it. */
export function takes(subject: Subject, workload: Workload): boolean {
  if (subject.name === "direct") return workload.pace !== "closed" && !workload.secure;
  return subject.workloads === undefined || subject.workloads.includes(workload.name);
}

async function startAll(subjects: readonly Subject[], { port, authority }: Address): Promise<Contestant[]> {
  const started = await Promise.allSettled(
    subjects.map(async (subject): Promise<Contestant> => ({ subject, running: await subject.start(port, authority) })),
  );
  const contestants = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = started.find((one) => one.status === "rejected");
  if (failed === undefined) return contestants;
  await Promise.all(contestants.map(({ running }) => running.stop()));
  throw failed.reason;
}

async function measureProcesses(
  { driver, rounds, warmUpMs }: Plan,
  workload: Workload,
  contestants: readonly Contestant[],
  restart: number,
): Promise<Measurement[]> {
  for (const contestant of contestants) {
    await driver.run({ ...roundOf(workload, contestant), ...warmUpOf(workload.warmUp), ms: warmUpMs });
  }
  const measurements: Measurement[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) {
      measurements.push({ ...(await measureRound(driver, workload, contestant)), restart });
    }
  }
  return measurements;
}

async function measureRound(
  driver: Driver,
  workload: Workload,
  contestant: Contestant,
): Promise<Omit<Measurement, "restart">> {
  const { pid } = contestant.running;
  const [before, busyBefore] = [cpuMicroseconds(pid), busyMicroseconds(PROCESSOR)];
  const result = await driver.run(roundOf(workload, contestant));
  const cpu = cpuMicroseconds(pid) - before;
  const others = busyMicroseconds(PROCESSOR) - busyBefore - cpu;
  const { answers, failures, latency, firstByte, gap, elapsed } = result;
  return {
    subject: contestant.subject.name,
    answers,
    failures,
    cpuPerAnswer: cpu / answers,
    processors: cpu / elapsed,
    othersShare: Math.max(0, others / elapsed),
    answersPerSecond: (answers * 1e6) / elapsed,
    residentBytes: residentBytes(pid),
    latency,
    firstByte,
    gap,
  };
}

function roundOf(workload: Workload, { subject, running }: Contestant): Round {
  const { path, body, connections, rate, roundMs, spreadMs, pace } = workload;
  return {
    port: running.port,
    path,
    headers: { ...subject.headers, ...running.headers },
    body,
    connections,
    ms: roundMs,
    rate,
    spreadMs,
    answers: pace === "paced" ? connections : 0,
    gaps: pace === "paced",
  };
}

function warmUpOf({ body, connections, answers }: WarmUp): Partial<Round> & { ms?: number } {
  return { body, connections, answers, rate: 0, spreadMs: 0, gaps: false };
}
