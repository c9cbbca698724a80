/**
 * Measures what the gateway costs, beside a bare relay in Node and, where it is installed, nginx.
 *
 *   npm run bench                       all loads, under twenty minutes
 *   npm run bench -- --short            fewer rounds of fewer processes: a first look
 *   npm run bench -- --only json-2k     one load; may be given again for another
 *   npm run bench -- --peers            other gateways too, as far as this machine can install them
 *   npm run bench -- --write            puts tables and plots into docs/benchmarks.md, raw figures beside it
 *   npm run bench -- --list             the names of the loads
 *
 * Method: the upstream and the load driver run on one processor, the subject on the other. What counts is CPU time of
 * the subject's whole process tree per answer, by the kernel's accounting, because it holds on a machine where others
 * work too. Subjects are measured in turn, A B C A B C, in short rounds, over several fresh and warmed-up processes of
 * each; quoted is the 25th percentile and its ratio to the bare relay's. The bare relay runs twice under two names;
 * what chance makes of the two is the margin that a difference must exceed (margin.ts).
 *
 * Times are taken in the driver and compared with its own round trip to the upstream. Under a closed load driver and
 * upstream share a processor and may be what limits the rate; the table says how much of its own the subject used.
 * At a fixed rate requests are due at times fixed beforehand, and one that had to wait counts from when it was due.
 */
import { parseArgs } from "node:util";
import { Driver } from "./driver.ts";
import { measureFootprints, streamsAllowed } from "./footprints.ts";
import { machine } from "./machine.ts";
import { measure } from "./measure.ts";
import { reportText, writeReport } from "./report.ts";
import type { LeftOut, LoadRun, MemoryRun, Results, RunFacts } from "./results.ts";
import { bareAgain, bareRelay, direct, isInstalled, millrace, nginx, type Subject } from "./subjects.ts";
import { startUpstreams } from "./upstreams.ts";
import { WORKLOADS } from "./workloads.ts";

const MEMORY = "memory";
const STREAMS = 5000;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    peers: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const names = [...WORKLOADS.map(({ name }) => name), MEMORY];
const unknown = values.only?.filter((name) => !names.includes(name)) ?? [];
const wanted = (name: string): boolean => values.only === undefined || values.only.includes(name);
const onProgress = (text: string): boolean => process.stderr.write(`${text}\n`);

if (unknown.length > 0) {
  process.stderr.write(`No such load: ${unknown.join(", ")}. There are ${names.join(", ")}.\n`);
  process.exitCode = 2;
} else if (values.list) {
  for (const { name, title } of WORKLOADS) process.stdout.write(`${name.padEnd(14)} ${title}\n`);
  process.stdout.write(`${MEMORY.padEnd(14)} Memory idle, used and per idle stream; start to first answer\n`);
} else {
  const results = await run();
  process.stdout.write(`${reportText(results)}\n`);
  if (values.write) writeReport(results);
}

async function run(): Promise<Results> {
  const { subjects: others, leftOut } = values.peers ? await peers() : { subjects: [], leftOut: [] };
  const references = isInstalled("nginx") ? [nginx] : [];
  const subjects = [bareRelay, millrace, bareAgain, ...references, direct, ...others];
  const upstreams = await startUpstreams();
  const driver = new Driver();
  const restarts = values.short ? 2 : 5;
  const facts: RunFacts = {
    day: new Date().toISOString().slice(0, 10),
    machine: machine(),
    command: ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" "),
  };
  const common = { upstreams, driver, restarts, onProgress };
  try {
    const loads: LoadRun[] = [];
    for (const workload of WORKLOADS.filter(({ name }) => wanted(name))) {
      const plan = { ...common, subjects, workloads: [workload], rounds: 3, warmUpMs: values.short ? 5000 : 15_000 };
      const measurements = (await measure(plan)).get(workload.name) ?? [];
      loads.push({ workload: workload.name, ...facts, measurements });
    }
    const streams = streamsAllowed(STREAMS);
    const held = [bareRelay, millrace, ...references];
    const memory: MemoryRun | undefined = wanted(MEMORY)
      ? { ...facts, streams, footprints: await measureFootprints({ ...common, subjects: held, streams }) }
      : undefined;
    return { titles: titlesOf(subjects), leftOut, loads, memory };
  } finally {
    driver.close();
    await upstreams.stop();
  }
}

/** Loaded only where they are wanted, because that is what installs them. */
async function peers(): Promise<{ subjects: Subject[]; leftOut: LeftOut[] }> {
  const module = await import("./peers/index.ts");
  return module.peers();
}

function titlesOf(subjects: readonly Subject[]): Record<string, string> {
  return Object.fromEntries(subjects.map(({ name, title }) => [name, title]));
}
