/**
 * Runs the built gateway under a mixed load with faults, clients that leave and reloads, and says whether memory,
 * sockets and timers stay flat and whether every request has exactly one record.
 *
 *   npm run soak                        ten minutes
 *   npm run soak -- --minutes 2         a first look, too short to judge memory by
 *   npm run soak -- --seed 7            the same requests again: the seed is printed
 *   npm run soak -- --workers 2         with so many workers
 *   npm run soak -- --write             puts the result into docs/benchmarks.md
 *
 * Method: requests go out at moments fixed beforehand, of kinds drawn by the seed (kinds.ts); the model server is
 * scripted and fails in every way that servers are known to (upstream.ts). Every two seconds garbage is collected
 * and what the gateway holds is counted (probe.ts). Memory is flat when the slope of the heap after the warm-up, by
 * Theil and Sen over the lowest of each ten seconds, has a 95 % interval (Sen's) that begins below a small tolerance; the
 * interval tells how small a leak would have been found. Sockets, timers and descriptors are compared at rest,
 * before the load and after it. Records are the request lines of the log, matched with what the clients saw by the
 * id in the reply's head, and by kind where the client left before one. Ends with 1 when anything is broken.
 */
import { parseArgs } from "node:util";
import { afterWarmUp, judge } from "./judgement.ts";
import { report } from "./report.ts";
import { runSoak } from "./run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    rate: { type: "string", default: "150" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    workers: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

const options = {
  minutes: Number(values.minutes),
  rate: Number(values.rate),
  seed: Number(values.seed),
  flags: values.workers === undefined ? [] : ["--workers", values.workers],
};
process.stdout.write(`Seed ${options.seed}: ${options.minutes} minutes of ${options.rate} requests/s.\n`);
const observations = await runSoak(options, (text) => process.stderr.write(`${text}\n`));
const findings = judge(observations);
report({ options, observations, findings, steady: afterWarmUp(observations.samples), write: values.write });
if (findings.some(({ state }) => state === "broken")) process.exitCode = 1;
