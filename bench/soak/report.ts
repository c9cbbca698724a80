import { mkdirSync, writeFileSync } from "node:fs";
import { machine } from "../machine.ts";
import { putIntoPage } from "../page.ts";
import { median } from "../statistics.ts";
import type { Finding } from "./judgement.ts";
import type { SoakOptions, SoakRun } from "./run.ts";
import type { Sample } from "./sampler.ts";

export interface Report {
  readonly options: SoakOptions;
  readonly observations: SoakRun;
  readonly findings: readonly Finding[];
  /** The samples after the warm-up; none in a run that is shorter. */
  readonly steady: readonly Sample[];
  /** Put the result into `docs/benchmarks.md` and the raw figures beside it. */
  readonly write: boolean;
}

const raw = new URL("../../docs/benchmarks/soak.json", import.meta.url);

/** Prints a run as a table and a verdict. */
export function report(run: Report): void {
  const text = textOf(run);
  process.stdout.write(`${text}\n${detailsOf(run.findings)}`);
  if (!run.write) return;
  mkdirSync(new URL(".", raw), { recursive: true });
  writeFileSync(raw, `${JSON.stringify(figuresOf(run), null, 1)}\n`);
  putIntoPage("soak", text);
}

function textOf({ options, observations, findings, steady }: Report): string {
  const { asked, reconciliation, mostAtOnce } = observations;
  const samples = steady.length > 0 ? steady : observations.samples;
  const most = Math.max(...samples.map(({ rss }) => rss));
  const held = (of: "heap" | "external" | "rss"): string => median(samples.map((sample) => sample[of])).toFixed(0);
  return [
    `${asked.length.toLocaleString("en-US")} requests in ${options.minutes} minutes, at most ${mostAtOnce} at once; ` +
      `${reconciliation.recorded.toLocaleString("en-US")} had to be recorded: ` +
      `${reconciliation.matchedById.toLocaleString("en-US")} were matched by id, ` +
      `${reconciliation.matchedByCount.toLocaleString("en-US")}, whose clients left before any head, by count. ` +
      `Memory: ${held("heap")} MB of heap, ${held("external")} MB of buffers, ` +
      `${held("rss")} MB resident (median; at most ${most.toFixed(0)}).`,
    "",
    "| what | measured | allowed | |",
    "|---|---|---|---|",
    ...findings.map(({ what, measured, allowed, state }) => `| ${what} | ${measured} | ${allowed} | ${state} |`),
    "",
    `${verdictOf(findings)} ${machine()}, seed ${options.seed}${options.flags.map((flag) => ` ${flag}`).join("")}.`,
    "",
  ].join("\n");
}

function verdictOf(findings: readonly Finding[]): string {
  const broken = findings.filter(({ state }) => state === "broken").length;
  const open = findings.filter(({ state }) => state === "not judged").length;
  if (broken > 0) return `**${broken} of ${findings.length} are broken.**`;
  return open > 0 ? `**Nothing is broken; ${open} could not be judged.**` : "**Everything holds.**";
}

function detailsOf(findings: readonly Finding[]): string {
  return findings
    .filter(({ details }) => details.length > 0)
    .map(({ what, details }) => `${what}:\n${details.map((detail) => `  ${detail}\n`).join("")}`)
    .join("");
}

function figuresOf({ options, observations, findings }: Report): object {
  const { asked, samples, openBefore, openAfter, stopMs, reconciliation } = observations;
  const endings = Map.groupBy(asked, ({ kind, status, ending }) => `${kind}: ${status ?? "-"} ${ending}`);
  return {
    machine: machine(),
    options,
    findings,
    endings: Object.fromEntries([...endings].map(([ending, own]) => [ending, own.length])),
    reconciliation,
    open: { before: openBefore, after: openAfter },
    stopMs: stopMs.map(Math.round),
    samples,
  };
}
