import type { Percentiles } from "./statistics.ts";

/** Three digits, as many as a measurement here is worth; a dash where there is none. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Two times given in microseconds, as milliseconds. */
export function milliseconds({ p50, p99 }: Percentiles): string {
  return Number.isFinite(p50) ? `${digits(p50 / 1000)} / ${digits(p99 / 1000)}` : "–";
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(0)} %` : "–";
}

/** What has to be said of a run on a machine that was not left alone; nothing where it was. */
export function disturbance(othersShare: number): string {
  if (!(othersShare > 0.1)) return "";
  return `Others used ${percent(othersShare)} of the subjects' processor meanwhile: times are not to be relied on, nor is the CPU time of streams, whose chunks are merged when they wait.`;
}

export function megabytes(bytes: number): string {
  return bytes > 0 ? (bytes / 1e6).toFixed(0) : "–";
}

/** A table in Markdown; the first column is text, the others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|---|${"--:|".repeat(head.length - 1)}`, ...rows.map(line)].join("\n");
}
