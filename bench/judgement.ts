import { digits, disturbance, percent } from "./figures.ts";
import type { LoadSummary } from "./summary.ts";

export interface Judgement {
  readonly ok: boolean;
  readonly text: string;
}

/** A machine so restless that it resolves less than this cannot widen the limit any further. */
const LARGEST_MARGIN = 0.35;

/** Whether millrace stays within its limit under a load, as far as the run can tell. */
export function judge({ workload, rows, margin, othersShare }: LoadSummary): Judgement {
  const { title, must = Number.NaN, unit } = workload;
  const [bare, own] = ["bare", "millrace"].map((name) => rows.find(({ subject }) => subject === name));
  const failures = rows.reduce((sum, row) => sum + row.failures, 0);
  const ratio = own?.timesBare.value ?? Number.NaN;
  const limit = must * (1 + Math.min(margin, LARGEST_MARGIN));
  const ok = failures === 0 && ratio <= limit;
  const capped = margin > LARGEST_MARGIN ? `, counted as ${percent(LARGEST_MARGIN)}` : "";
  const costs = `${digits(own?.cpu.p25 ?? Number.NaN)} µs per ${unit}, bare relay ${digits(bare?.cpu.p25 ?? Number.NaN)}`;
  const text = [
    `${ok ? "ok  " : "FAIL"} ${title}: ${digits(ratio)} × bare relay (${costs})`,
    `at most ${must} × is allowed; margin of this run ${percent(margin)}${capped}, so the limit is ${digits(limit)}`,
    ...(failures > 0 ? [`${failures} requests failed`] : []),
    ...(disturbance(othersShare) === "" ? [] : [disturbance(othersShare)]),
  ].join("; ");
  return { ok, text };
}
