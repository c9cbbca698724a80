import { expect, test } from "vitest";
import { judge } from "./judgement.ts";
import { summarizeLoad } from "./summary.ts";
import { loadRun, measurement } from "./testing/measurements.ts";
import { closed } from "./workloads.ts";

const workload = closed("{}", 1, 0, { name: "json-2k", title: "JSON", must: 1.5 });

function judged(bare: number, again: number, millrace: number): ReturnType<typeof judge> {
  const run = loadRun("json-2k", { bare: [[bare]], millrace: [[millrace]], "bare-again": [[again]] });
  return judge(summarizeLoad(workload, run));
}

test.each([
  ["under the limit", { bare: 50, again: 50, millrace: 74, ok: true }],
  ["over it on a machine that resolves everything", { bare: 50, again: 50, millrace: 76, ok: false }],
  ["over it by less than the margin", { bare: 50, again: 60, millrace: 85, ok: true }],
  ["over it by more than the margin", { bare: 50, again: 60, millrace: 95, ok: false }],
  ["over it by more than any margin may allow", { bare: 50, again: 100, millrace: 105, ok: false }],
])("%s", (_name, { bare, again, millrace, ok }) => {
  expect(judged(bare, again, millrace).ok).toBe(ok);
});

test("ratio, margin and limit are said", () => {
  expect(judged(50, 60, 95).text).toMatch(
    /^FAIL JSON: 1\.90 × bare relay .* margin of this run 20 %, so the limit is 1\.80$/,
  );
});

test("a margin that was cut off is said too", () => {
  expect(judged(50, 100, 80).text).toContain("margin of this run 100 %, counted as 35 %");
});

test("a run with failures never passes, nor does one without figures", () => {
  const failing = [measurement("bare"), measurement("bare-again"), measurement("millrace", { failures: 1 })];
  expect(judge(summarizeLoad(workload, { ...loadRun("json-2k", {}), measurements: failing })).ok).toBe(false);
  expect(judge(summarizeLoad(workload, loadRun("json-2k", {}))).ok).toBe(false);
});
