// The last lines of .ci/run: `node scripts/ci-summary.mjs TOTALS_FILE [a step that failed]...`
import { readFileSync } from "node:fs";

const [file = "", ...failedSteps] = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];
for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
  const run = JSON.parse(line);
  totals.passed += run.passed;
  totals.failed += run.failed;
  totals.skipped += run.skipped;
  failures.push(...run.failures);
}
process.stdout.write("\n");
for (const failure of failures) process.stdout.write(`Failed: ${failure}\n`);
for (const step of failedSteps) process.stdout.write(`Failed: ${step}\n`);
const failed = Math.max(totals.failed, failedSteps.length);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
process.stdout.write(`${totals.passed} passed, ${failed} failed${skipped}\n`);
// No test at all is a failure too.
process.exitCode = failed > 0 || totals.passed === 0 ? 1 : 0;
