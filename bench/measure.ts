import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuMicroseconds } from "./cpu-time.ts";
import type { Round, RoundResult } from "./processes/load-driver.ts";
import { isInstalled, type Running, started, type Subject } from "./subjects.ts";
import type { Workload } from "./workloads.ts";

/** One round of one subject under one load. */
export interface Measurement {
  readonly workload: string;
  readonly subject: string;
  /** Which process of the subject it was. */
  readonly restart: number;
  readonly answers: number;
  readonly failures: number;
  /** CPU time of the subject's processes per answer, in microseconds. */
  readonly cpuPerAnswer: number;
  readonly answersPerSecond: number;
  readonly latency: RoundResult["latency"];
  readonly firstByte: RoundResult["firstByte"];
}

export interface Plan {
  readonly subjects: readonly Subject[];
  readonly workloads: readonly Workload[];
  /** Fresh processes of each subject. */
  readonly restarts: number;
  /** Rounds of each process under each load. */
  readonly rounds: number;
  readonly onProgress: (text: string) => void;
}

const here = dirname(fileURLToPath(import.meta.url));
/** Upstream and load driver share the processor that the subject does not have. */
const OTHER_PROCESSOR = "1";
/** Long enough for the compiler to have seen everything: the cost of a request falls by half on the way. */
const WARM_UP_MS = 6000;

/** Measures all subjects in turn, A B C A B C, each restart with fresh processes. */
export async function measure({ subjects, workloads, restarts, rounds, onProgress }: Plan): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const upstream = await started(
    process.execPath,
    [join(here, "processes", "mock-upstream.ts")],
    undefined,
    OTHER_PROCESSOR,
  );
  const driver = new Driver();
  try {
    for (let restart = 0; restart < restarts; restart += 1) {
      for (const workload of workloads) {
        const running = await Promise.all(subjects.map((subject) => subject.start(upstream.port)));
        try {
          for (const [at, subject] of subjects.entries()) {
            await driver.run(roundOf(workload, subject, running[at], Math.max(WARM_UP_MS, workload.roundMs)));
          }
          for (let round = 0; round < rounds; round += 1) {
            for (const [at, subject] of subjects.entries()) {
              measurements.push(await measureRound(workload, subject, running[at], restart, driver));
            }
          }
        } finally {
          await Promise.all(running.map((process_) => process_.stop()));
        }
        onProgress(`${workload.name}: processes ${restart + 1} of ${restarts}`);
      }
    }
  } finally {
    driver.close();
    await upstream.stop();
  }
  return measurements;
}

async function measureRound(
  workload: Workload,
  subject: Subject,
  running: Running | undefined,
  restart: number,
  driver: Driver,
): Promise<Measurement> {
  const pid = running?.pid ?? 0;
  const before = cpuMicroseconds(pid);
  const result = await driver.run(roundOf(workload, subject, running, workload.roundMs));
  const cpu = cpuMicroseconds(pid) - before;
  return {
    workload: workload.name,
    subject: subject.name,
    restart,
    answers: result.answers,
    failures: result.failures,
    cpuPerAnswer: cpu / result.answers,
    answersPerSecond: (result.answers * 1000) / workload.roundMs,
    latency: result.latency,
    firstByte: result.firstByte,
  };
}

function roundOf(workload: Workload, subject: Subject, running: Running | undefined, ms: number): Round {
  const { path, body, connections, rate } = workload;
  return { port: running?.port ?? 0, path, headers: subject.headers, body, connections, ms, rate };
}

/** The load driver, in a process of its own. */
class Driver {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor() {
    const script = join(here, "processes", "load-driver.ts");
    const [command, args] = isInstalled("taskset")
      ? ["taskset", ["-c", OTHER_PROCESSOR, process.execPath, script]]
      : [process.execPath, [script]];
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    if (this.#child.stdout === null) throw new Error("The load driver has no output");
    this.#lines = createInterface({ input: this.#child.stdout });
  }

  run(round: Round): Promise<RoundResult> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error("The load driver ended"));
      this.#child.once("exit", ended);
      this.#lines.once("line", (line) => {
        this.#child.off("exit", ended);
        resolve(JSON.parse(line) as RoundResult);
      });
      this.#child.stdin?.write(`${JSON.stringify(round)}\n`);
    });
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
