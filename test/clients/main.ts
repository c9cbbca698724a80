/** The suite of real clients: see `--help`. It runs one client at a time, and ends with 1 when any run had a problem. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Case, type Outcome, wantedCases } from "./cases.ts";
import { CACHE, ensureClient } from "./install.ts";
import { readOptions, USAGE } from "./options.ts";
import { type Result, resultName } from "./result.ts";
import { keepResults, writeTable } from "./results-file.ts";

/** Where what every run said and did is kept, until it runs again. */
const EVIDENCE = join(CACHE, "evidence");

if (process.argv.includes("--help")) {
  process.stdout.write(USAGE);
  process.exit();
}
const options = readOptions(process.argv.slice(2));
const cases = wantedCases(options);
if (options.list) {
  for (const { identity } of cases) process.stdout.write(`${resultName(identity)}\n`);
  process.exit();
}

await mkdir(EVIDENCE, { recursive: true });
for (const client of new Set(cases.map(({ identity }) => identity.client))) await ensureClient(client);
const results: Result[] = [];
for (const each of cases) {
  const result = await runOne(each);
  results.push(result);
  if (!options.direct) await keepResults([result]);
}
if (options.write) await writeTable();
const failed = results.filter(({ problems }) => problems.length > 0);
process.stdout.write(`${results.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function runOne({ identity, run }: Case): Promise<Result> {
  const name = resultName(identity);
  const { evidence, ...found } = await run(options.direct).catch(couldNotRun);
  const verdict = found.problems.length === 0 ? "ok  " : "FAIL";
  process.stdout.write(`${verdict} ${name} (${found.seconds.toFixed(1)} s, ${found.requests} requests)\n`);
  for (const problem of found.problems) process.stdout.write(`     ${problem}\n`);
  await writeFile(join(EVIDENCE, `${name.replaceAll(/[^\w.-]+/g, "-")}.txt`), evidence);
  return { ...identity, ...found };
}

/** One run that cannot be made is a problem of its own; the others go on. */
function couldNotRun(error: unknown): Outcome {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    problems: [`could not run: ${text.split("\n").slice(0, 3).join(" ")}`],
    requests: 0,
    seconds: 0,
    evidence: text,
  };
}
