import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { caseName } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import { SECTIONS } from "../../packages/millrace/src/conformance/cases/catalog.ts";
import { conformanceTable } from "./table.ts";

test("the page is what the cases say (npx node scripts/conformance-table.ts writes it)", () => {
  expect(readFileSync(new URL("../../docs/conformance.md", import.meta.url), "utf8")).toBe(conformanceTable());
});

test("the sections hold the numbers 1 to 214 without a gap", () => {
  let next = 1;
  for (const { from, to } of SECTIONS) {
    expect(from).toBe(next);
    next = to + 1;
  }
  expect(next).toBe(215);
});

describe.each(SECTIONS)("section $letter", ({ from, to, cases }) => {
  const numbers = Array.from({ length: to - from + 1 }, (_, n) => from + n);

  test("has a case for every number, in order", () => {
    expect([...new Set(cases.map(({ number }) => number))]).toEqual(numbers);
  });

  test("has no two cases of one name", () => {
    const names = cases.map(caseName);
    expect(names).toEqual([...new Set(names)]);
  });

  test("gives a reason wherever a case is left out", () => {
    const reasons = cases.flatMap(({ notApplicable, notMet }) =>
      [notApplicable, notMet].flatMap((side) => Object.values(side ?? {})),
    );
    expect(reasons.filter((reason) => reason.length < 10)).toEqual([]);
  });
});
