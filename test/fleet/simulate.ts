/**
 * Runs a million requests through each strategy on simulated fleets, checks what must hold, and prints the figures;
 * with `--write` they go into docs/routing.md.
 *
 *   node test/fleet/simulate.ts [--requests N] [--seed N] [--write]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { withPart } from "../../bench/page.ts";
import { violations, worseThanHashing } from "../../packages/millrace/src/conformance/fleet/invariants.ts";
import { evenFleet, mixedFleet } from "../../packages/millrace/src/conformance/fleet/scenarios.ts";
import { type FleetScenario, simulate } from "../../packages/millrace/src/conformance/fleet/simulate.ts";
import { BOUNDS } from "./bounds.ts";
import { figuresTable, type TitledFigures } from "./figures-table.ts";
import { adaptiveWithAffinity, plainHashing, SUBJECTS } from "./strategies.ts";

const PAGE = new URL("../../docs/routing.md", import.meta.url);

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const requests = Number(values.requests);
const seed = Number(values.seed);

const sections: string[] = [];
for (const [title, scenario] of [
  ["Servers of three sizes", mixedFleet(requests, seed)],
  ["Servers of one size", evenFleet(requests, seed)],
] as const) {
  const all = await figuresOf(scenario);
  judge(title, all);
  sections.push(`${title}, ${requests.toLocaleString("en")} requests for each line:\n\n${figuresTable(all)}`);
}
const text = sections.join("\n\n");
process.stdout.write(`${text}\n`);
if (values.write) writeFileSync(PAGE, withPart(readFileSync(PAGE, "utf8"), "fleet", text));

async function figuresOf(scenario: FleetScenario): Promise<TitledFigures[]> {
  const all: TitledFigures[] = [];
  for (const { open, title } of SUBJECTS) {
    const startedMs = performance.now();
    const figures = await simulate(open, scenario);
    all.push({ title, figures });
    process.stderr.write(`${title}: ${Math.round(performance.now() - startedMs)} ms\n`);
  }
  return all;
}

/** Says what does not hold of the default strategy, and fails then. */
function judge(title: string, all: readonly TitledFigures[]): void {
  const [subject, hashing] = [adaptiveWithAffinity, plainHashing].map(
    (wanted) => all.find((one) => one.title === wanted.title)?.figures,
  );
  if (subject === undefined || hashing === undefined) return;
  for (const sentence of [...violations(subject, BOUNDS), ...worseThanHashing(subject, hashing)]) {
    process.stderr.write(`${title}: ${sentence}\n`);
    process.exitCode = 1;
  }
}
