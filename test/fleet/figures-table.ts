import type { FleetFigures } from "../../packages/millrace/src/conformance/fleet/figures.ts";

export interface TitledFigures {
  readonly title: string;
  readonly figures: FleetFigures;
}

const COLUMNS: readonly { readonly head: string; readonly of: (figures: FleetFigures) => string }[] = [
  { head: "prompt tokens from a cache", of: ({ cachedShare }) => percent(cachedShare) },
  { head: "wait, median", of: ({ waitP50Ms }) => seconds(waitP50Ms) },
  { head: "wait, p99", of: ({ waitP99Ms }) => seconds(waitP99Ms) },
  { head: "longest wait of a key: best, worst", of: longestWaits },
  { head: "answers per second", of: ({ answeredPerS }) => answeredPerS.toFixed(1) },
  { head: "errors", of: ({ cut, failed, requests }) => percent((cut + failed) / requests) },
  { head: "worst second after a return", of: ({ herd }) => percent(herd.worstShare) },
  { head: "over its slots", of: ({ overSlots }) => overSlots.toLocaleString("en") },
];

/** One line for each subject, in Markdown. */
export function figuresTable(all: readonly TitledFigures[]): string {
  const rows = all.map(({ title, figures }) => [title, ...COLUMNS.map((column) => column.of(figures))]);
  const heads = ["", ...COLUMNS.map(({ head }) => head)];
  return [heads, heads.map((_, at) => (at === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function longestWaits({ keys }: FleetFigures): string {
  const waits = keys.map(({ maxWaitMs }) => maxWaitMs);
  return `${seconds(Math.min(...waits))}, ${seconds(Math.max(...waits))}`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms / 1000)} s`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
