import { expect, test } from "vitest";
import { merged } from "./merged.ts";
import type { Results } from "./results.ts";
import { loadRun } from "./testing/measurements.ts";

function results(part: Partial<Results>): Results {
  return { titles: {}, leftOut: [], loads: [], memory: undefined, ...part };
}

test("a later run takes the place of an earlier one of the same load, and of no other", () => {
  const json = loadRun("json-2k", { bare: [[50]] });
  const jsonAgain = loadRun("json-2k", { bare: [[60]] });
  const sse = loadRun("sse-rate", { bare: [[20]] });
  const { loads } = merged(results({ loads: [json, sse] }), results({ loads: [jsonAgain] }));
  expect(loads).toEqual([sse, jsonAgain]);
});

test("what was not measured again stays", () => {
  const memory = { day: "", machine: "", command: "", streams: 5000, footprints: [] };
  expect(merged(results({ memory }), results({})).memory).toBe(memory);
});

test("the first run has nothing to keep", () => {
  const first = results({ titles: { bare: "bare relay" } });
  expect(merged(undefined, first)).toBe(first);
});
