import { digits } from "./figures.ts";
import type { Footprint, MemoryRun } from "./results.ts";
import { summarize } from "./statistics.ts";
import type { LoadSummary } from "./summary.ts";
import { type Bar, barChart } from "./svg/bar-chart.ts";
import type { Titles } from "./tables.ts";

/** The cost of each load in multiples of the bare relay's. */
export function cpuChart(loads: readonly LoadSummary[], titles: Titles): string {
  return barChart({
    title: "CPU time, × bare relay",
    subtitle: "25th percentile of all rounds; whiskers from the cheapest to the dearest process; less is better",
    reference: 1,
    groups: loads.map(({ workload, rows }) => ({
      label: workload.title,
      bars: rows.flatMap(({ subject, timesBare: { value, low, high } }): Bar[] => {
        if (subject === "direct" || !Number.isFinite(value)) return [];
        return [{ series: titles[subject] ?? subject, value, low, high, text: digits(value) }];
      }),
    })),
  });
}

/** What processes hold. */
export function memoryChart({ footprints, streams }: MemoryRun, titles: Titles): string {
  const names = [...new Set(footprints.map(({ subject }) => subject))];
  const group = (label: string, figure: (one: Footprint) => number, unit: string): { label: string; bars: Bar[] } => ({
    label,
    bars: names.map((name) => {
      const { median, min, max } = summarize(footprints.filter(({ subject }) => subject === name).map(figure));
      return { series: titles[name] ?? name, value: median, low: min, high: max, text: `${digits(median)} ${unit}` };
    }),
  });
  return barChart({
    title: "Memory",
    subtitle: "median of fresh processes, with the range; less is better",
    groups: [
      group("Resident, idle, MB", ({ idleBytes }) => idleBytes / 1e6, "MB"),
      group("Resident after 10,000 requests, MB", ({ usedBytes }) => usedBytes / 1e6, "MB"),
      group(`For each of ${digits(streams)} idle streams, KB`, ({ streamBytes }) => streamBytes / 1024, "KB"),
    ],
  });
}
