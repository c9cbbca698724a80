import { readdirSync, readFileSync } from "node:fs";

/**
 * The CPU time that a process and all its descendants have used, in microseconds, user and system together, by the
 * kernel's own accounting of their threads.
 */
export function cpuMicroseconds(pid: number): number {
  return processTree(pid).reduce((sum, member) => sum + ofProcess(member), 0);
}

/** The resident memory of the same processes, in bytes. */
export function residentBytes(pid: number): number {
  return processTree(pid).reduce(
    (sum, member) => sum + 1024 * Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${member}/status`))?.[1] ?? 0),
    0,
  );
}

/** The time that a processor of this machine was not idle, in microseconds, whoever used it. */
export function busyMicroseconds(processor: string): number {
  const ticks = new RegExp(`^cpu${processor} (.*)$`, "m").exec(read("/proc/stat"))?.[1]?.split(" ").map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, _idle, _waiting, interrupts = 0, softInterrupts = 0] = ticks;
  return (user + nice + system + interrupts + softInterrupts) * TICK_MICROSECONDS;
}

/** Linux counts in hundredths of a second here, on every architecture. */
const TICK_MICROSECONDS = 10_000;

function ofProcess(pid: number): number {
  // The first number of `schedstat` is nanoseconds on a processor; threads that ended are not in it.
  return threads(pid).reduce(
    (sum, thread) => sum + Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0] ?? 0) / 1000,
    0,
  );
}

/** A process and all its descendants. */
export function processTree(pid: number): number[] {
  const children = threads(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty where the process or thread has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
