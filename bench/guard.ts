/**
 * Fails when the gateway has become dearer than it may be, beside the bare relay: a short version of bench.ts for CI.
 *
 *   npm run bench:guard
 *
 * Each of five restarts has fresh processes of the bare relay, millrace, and the bare relay again, which answer short
 * rounds in turn, first of JSON, then of streams. The margin that the limit is widened by is taken from the two bare
 * relays of the same run. What fails is measured twice more: a machine is not always quiet.
 *
 * The limits are a third above what a request cost beside the bare relay when they were set, so that a change that
 * makes it dearer is seen. What it should cost is in workloads.ts.
 */
import { Driver } from "./driver.ts";
import { judge } from "./judgement.ts";
import { machine } from "./machine.ts";
import { measure } from "./measure.ts";
import { bareAgain, bareRelay, millrace } from "./subjects.ts";
import { summarizeLoad } from "./summary.ts";
import { startUpstreams } from "./upstreams.ts";
import { closed, paced, SMALL, type Workload } from "./workloads.ts";

const STREAMS = paced(
  { provider: "mock", streams: 100, chunks: 50, gapMs: 5 },
  { name: "sse-rate", title: "SSE, 100 streams of 200 chunks/s", must: 2 },
);

/** Shorter than those of the bench, to fit into a minute, and with the same bounds. */
const WORKLOADS: readonly Workload[] = [
  closed(SMALL, 32, 12_000, { name: "json-2k", title: "JSON, 2 KB request", must: 2.6, roundMs: 200 }),
  {
    ...STREAMS,
    spreadMs: 50,
    warmUp: { ...STREAMS.warmUp, answers: 400 },
  },
];

const upstreams = await startUpstreams();
const driver = new Driver();
try {
  const isGood = (await guard()) || (await guard()) || (await guard());
  if (!isGood) process.exitCode = 1;
} finally {
  driver.close();
  await upstreams.stop();
}

/** Measures, tells, and gives whether all is within its limit. */
async function guard(): Promise<boolean> {
  const measurements = await measure({
    upstreams,
    driver,
    subjects: [bareRelay, millrace, bareAgain],
    workloads: WORKLOADS,
    restarts: 5,
    rounds: 3,
    warmUpMs: 3000,
    onProgress: () => undefined,
  });
  const facts = { day: "", machine: machine(), command: "" };
  const judgements = WORKLOADS.map((workload) => {
    const run = { workload: workload.name, ...facts, measurements: measurements.get(workload.name) ?? [] };
    return judge(summarizeLoad(workload, run));
  });
  process.stdout.write(`${judgements.map(({ text }) => text).join("\n")}\n`);
  return judgements.every(({ ok }) => ok);
}
