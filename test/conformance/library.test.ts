import { describe, expect, test } from "vitest";
import { caseName } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import { SECTIONS } from "../../packages/millrace/src/conformance/cases/catalog.ts";
import { runThroughLibrary } from "../../packages/millrace/src/conformance/runners/library-run.ts";
import { cutsOf } from "./cuts.ts";
import { flawsOf } from "./expectation.ts";
import { openLibrary } from "./subjects.ts";

describe.each(SECTIONS)("through the library, $letter: $title", ({ letter, cases }) => {
  const asked = cases.filter((testCase) => testCase.notApplicable?.library === undefined);

  test.each(asked.map((testCase) => [caseName(testCase), testCase.title, testCase] as const))(
    "%s: %s",
    async (_name, _title, testCase) => {
      for (const cut of letter === "A" ? cutsOf(testCase, 700) : [{ kind: "whole" } as const]) {
        const observed = await runThroughLibrary(testCase, openLibrary, cut);
        expect(flawsOf(testCase, "library", observed), JSON.stringify(cut)).toEqual([]);
      }
    },
  );
});
