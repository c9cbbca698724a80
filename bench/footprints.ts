import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { residentBytes } from "./cpu-time.ts";
import { type Driver, linesOf, startLoad, told } from "./driver.ts";
import type { Held } from "./processes/idle-streams.ts";
import type { Footprint } from "./results.ts";
import { timedStart } from "./start.ts";
import { direct, type Running, type Subject } from "./subjects.ts";
import type { Upstreams } from "./upstreams.ts";
import { IDLE_STREAM, PLAIN_REQUEST } from "./workloads.ts";

export interface FootprintPlan {
  readonly upstreams: Upstreams;
  readonly driver: Driver;
  readonly subjects: readonly Subject[];
  readonly restarts: number;
  readonly streams: number;
  readonly onProgress: (text: string) => void;
}

const REQUESTS = 10_000;
/** Long enough for what the last stream needed to be free again. */
const SETTLE_MS = 500;

/** What each subject holds: idle, after many requests, and for each idle stream. Each figure is of fresh processes. */
export async function measureFootprints(plan: FootprintPlan): Promise<Footprint[]> {
  // What the first question ever asked costs the one who asks is no subject's doing.
  await timedStart(() => direct.start(plan.upstreams.plain.port), { ...PLAIN_REQUEST, headers: {} }, 0);
  const footprints: Footprint[] = [];
  for (let restart = 0; restart < plan.restarts; restart += 1) {
    for (const subject of plan.subjects) {
      footprints.push({
        subject: subject.name,
        ...(await underRequests(plan, subject)),
        streamBytes: await perStream(plan, subject),
      });
    }
    plan.onProgress(`memory: processes ${restart + 1} of ${plan.restarts}`);
  }
  return footprints;
}

/** As many idle streams as this machine lets one process relay: it needs two descriptors for each. */
export function streamsAllowed(wanted: number): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  // The hard limit, to which Node raises its own.
  const descriptors = Number(/Max open files\s+\S+\s+(\d+)/.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  return Math.min(wanted, Math.floor((descriptors - 200) / 2));
}

async function underRequests(
  { driver, upstreams }: FootprintPlan,
  subject: Subject,
): Promise<Omit<Footprint, "subject" | "streamBytes">> {
  const { running, firstAnswerMs, idleBytes } = await timedStart(() => subject.start(upstreams.plain.port), {
    ...PLAIN_REQUEST,
    headers: subject.headers,
  });
  try {
    await driver.run({
      ...PLAIN_REQUEST,
      port: running.port,
      headers: subject.headers,
      connections: 32,
      ms: 60_000,
      rate: 0,
      spreadMs: 0,
      answers: REQUESTS,
      gaps: false,
    });
    return { firstAnswerMs, idleBytes, usedBytes: residentBytes(running.pid) };
  } finally {
    await running.stop();
  }
}

/** In bytes, what a fresh process grows by while it holds the streams, divided by their number. */
async function perStream({ upstreams, streams }: FootprintPlan, subject: Subject): Promise<number> {
  const running = await subject.start(upstreams.plain.port);
  try {
    const before = residentBytes(running.pid);
    return ((await whileHeld(running, subject, streams)) - before) / streams;
  } finally {
    await running.stop();
  }
}

/** The resident memory of a process while it holds so many idle streams. */
async function whileHeld(running: Running, { headers }: Subject, streams: number): Promise<number> {
  const child = startLoad("idle-streams.ts");
  try {
    const answer = (await told(child, linesOf(child), {
      ...IDLE_STREAM,
      port: running.port,
      headers,
      streams,
    })) as Held;
    if (answer.held !== streams) throw new Error(`${answer.held} of ${streams} streams were held`);
    await delay(SETTLE_MS);
    return residentBytes(running.pid);
  } finally {
    child.stdin?.end();
  }
}
