/**
 * Measures what the gateway costs, beside a bare relay in Node and, where it is installed, nginx.
 *
 *   npm run bench                       the table, about ten minutes
 *   npm run bench -- --short            fewer rounds: a first look
 *   npm run bench -- --only json-2k     one load
 *   npm run bench -- --write            puts the tables into docs/benchmarks.md
 *
 * Method: the upstream and the load driver run on one processor, the subject on the other. What counts is
 * CPU time of the subject's whole process tree per answer, by the kernel's accounting, because it holds on a
 * machine where others work too. Subjects are measured in turn, in short rounds, over several fresh processes of
 * each; quoted is the 25th percentile and its ratio to the bare relay's. The bare relay runs twice under two
 * names: a difference smaller than what lies between those two is noise.
 */
import { parseArgs } from "node:util";
import { measure } from "./measure.ts";
import { report } from "./report.ts";
import { bareRelay, isInstalled, millrace, nginx, type Subject } from "./subjects.ts";
import { WORKLOADS } from "./workloads.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    write: { type: "boolean", default: false },
  },
});

const again: Subject = { ...bareRelay, name: "bare-again", title: "bare relay, again" };
const subjects = [bareRelay, millrace, again, ...(isInstalled("nginx") ? [nginx] : [])];
const workloads = WORKLOADS.filter(({ name }) => values.only === undefined || values.only.includes(name));
const measurements = await measure({
  subjects,
  workloads,
  restarts: values.short ? 2 : 5,
  rounds: values.short ? 3 : 4,
  onProgress: (text) => process.stderr.write(`${text}\n`),
});
report({ measurements, subjects, workloads, write: values.write });
