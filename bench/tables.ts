import { digits, disturbance, megabytes, milliseconds, percent, table } from "./figures.ts";
import type { MemoryRun } from "./results.ts";
import { summarize } from "./statistics.ts";
import type { LoadSummary, Row } from "./summary.ts";
import { type Outcome, verdict } from "./targets.ts";

/** What the names of subjects stand for. */
export type Titles = Readonly<Record<string, string>>;

export function targetTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { what, measured, unit, direction, must, aim } = outcome;
    const sign = direction === "at most" ? "≤" : "≥";
    const margin = Number.isFinite(outcome.margin) && measured !== undefined ? ` ± ${percent(outcome.margin)}` : "";
    return [
      what,
      measured === undefined ? "–" : `${digits(measured)} ${unit}${margin}`,
      must === undefined ? "report" : `${sign} ${must} ${unit}`,
      `${sign} ${aim} ${unit}`,
      verdict(outcome),
    ];
  });
  const slope = ["memory slope over a 10-minute soak", "–", "0 within noise", "", "see `npm run soak`"];
  return table(["what", "measured", "must", "aim", ""], [...rows, slope]);
}

/** Fewer than these do not show how much processes of one program differ. */
const ENOUGH_PROCESSES = 5;

interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

/** The table of one load, with its heading and its margin. */
export function loadTable(summary: LoadSummary, titles: Titles): string {
  const { workload, rows, processes, margin, othersShare } = summary;
  const columns = columnsOf(summary);
  const target =
    workload.must === undefined ? "" : ` Target: at most ${workload.must} × the bare relay, aim ${workload.aim}.`;
  const few = processes < ENOUGH_PROCESSES ? " So few processes tell little of how much processes differ." : "";
  const resolved = Number.isFinite(margin)
    ? `Differences under ${percent(margin)} are noise (the bare relay against itself).${few}`
    : "Differences are not resolved: the bare relay was not measured against itself.";
  return [
    `### ${workload.title}`,
    "",
    `\`${workload.name}\`: CPU in µs per ${workload.unit}, ${processes} processes of each.${target} ${resolved} ${disturbance(othersShare)}`.trim(),
    "",
    table(
      ["subject", ...columns.map(({ title }) => title)],
      rows.map((row) => [titleOf(row, titles), ...columns.map(({ cell }) => cell(row))]),
    ),
  ].join("\n");
}

function titleOf({ subject, failures }: Row, titles: Titles): string {
  return `${titles[subject] ?? subject}${failures > 0 ? ` (${failures} failed)` : ""}`;
}

function columnsOf({ workload, rows }: LoadSummary): readonly Column[] {
  const nginx = rows.some(({ subject }) => subject === "nginx");
  return [
    { title: "CPU p25", cell: (row) => cost(row, row.cpu.p25) },
    { title: "median (range)", cell: median },
    { title: "× bare", cell: (row) => cost(row, row.timesBare.value) },
    ...(nginx ? [{ title: "× nginx", cell: (row: Row) => cost(row, row.timesNginx) }] : []),
    ...times(workload),
    { title: `${workload.unit}s/s`, cell: ({ unitsPerSecond }) => digits(Math.round(unitsPerSecond)) },
    { title: "of a processor", cell: (row) => cost(row, row.processors, percent) },
    { title: "RSS, MB", cell: ({ residentBytes }) => megabytes(residentBytes) },
  ];
}

/** A reply that comes whole has its first byte when it has its last. */
function times({ pace, unit }: LoadSummary["workload"]): readonly Column[] {
  const latency: Column = { title: "p50 / p99, ms", cell: (row) => milliseconds(row.latency) };
  const firstByte: Column = { title: "first byte p50 / p99, ms", cell: (row) => milliseconds(row.firstByte) };
  if (pace === "closed") return unit === "chunk" ? [latency, firstByte] : [latency];
  if (pace === "rate") return [latency, { title: "added p50 / p99, ms", cell: (row) => addedTo(row, "latency") }];
  return [
    firstByte,
    { title: "added, ms", cell: (row) => addedTo(row, "firstByte") },
    { title: "chunk gap p50 / p99, ms", cell: (row) => milliseconds(row.gap) },
    { title: "added, ms", cell: (row) => addedTo(row, "gap") },
  ];
}

function addedTo(row: Row, what: keyof Row["added"]): string {
  return row.subject === "direct" ? "–" : milliseconds(row.added[what]);
}

function median(row: Row): string {
  const { cpu } = row;
  return cost(row, cpu.median, (value) => `${digits(value)} (${digits(cpu.min)}–${digits(cpu.max)})`);
}

/** Where there is no subject, it costs nothing, and saying 0 would mislead. */
function cost({ subject }: Row, value: number, text: (value: number) => string = digits): string {
  return subject === "direct" ? "–" : text(value);
}

/** What processes hold, and how fast they are there. */
export function memoryTable({ footprints, streams }: MemoryRun, titles: Titles): string {
  const names = [...new Set(footprints.map(({ subject }) => subject))];
  const rows = names.map((name) => {
    const own = footprints.filter(({ subject }) => subject === name);
    const spread = (figure: (one: (typeof own)[number]) => number): string => {
      const { median: middle, min, max } = summarize(own.map(figure));
      return `${digits(middle)} (${digits(min)}–${digits(max)})`;
    };
    return [
      titles[name] ?? name,
      spread(({ firstAnswerMs }) => firstAnswerMs),
      spread(({ idleBytes }) => idleBytes / 1e6),
      spread(({ usedBytes }) => usedBytes / 1e6),
      spread(({ streamBytes }) => streamBytes / 1024),
    ];
  });
  const head = [
    "subject",
    "start to first answer, ms",
    "RSS idle, MB",
    "after 10,000 requests, MB",
    `per idle stream at ${digits(streams)}, KB`,
  ];
  return [
    "### Memory and start",
    "",
    "`memory`: medians of fresh processes on one processor, with the range. Nothing runs against itself here: read the ranges.",
    "",
    table(head, rows),
  ].join("\n");
}
