import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { cleanStrings } from "./clean.ts";
import { atOnce } from "./steps.ts";
import { type FitText, withoutUnfitEscapes } from "./unfit-escapes.ts";

function fit(text: string): FitText | undefined {
  return atOnce(withoutUnfitEscapes(new TextEncoder().encode(text), (at) => at));
}

function fitText(text: string): string | undefined {
  const bytes = fit(text)?.bytes;
  return bytes && Buffer.from(bytes).toString();
}

describe("conformance case 208, in the text of a large body", () => {
  test.each([
    ["a lone high half", "a\\ud83db", "a\\ufffdb"],
    ["a lone low half", "\\uDE00b", "\\ufffdb"],
    ["halves in the wrong order", "\\ude00\\ud83d", "\\ufffd\\ufffd"],
    ["NUL", "a\\u0000b", "ab"],
    ["a NUL between two halves leaves each alone", "\\ud83d\\u0000\\ude00", "\\ufffd\\ufffd"],
    ["a half behind a pair", "\\ud83d\\ude00\\ude00", "\\ud83d\\ude00\\ufffd"],
    ["a half behind an escaped backslash", "\\\\\\ud83d", "\\\\\\ufffd"],
  ])("%s", (_what, inside, expected) => {
    expect(fitText(`["${inside}"]`)).toBe(`["${expected}"]`);
  });

  test.each([
    ["a whole pair", "\\ud83d\\ude00"],
    ["other characters", "\\u00e9\\n\\u0001\\uffff"],
    ["what only looks like an escape", "\\\\ud83d \\\\u0000"],
    ["no escape", "plain"],
  ])("%s needs no other text", (_what, inside) => {
    expect(fit(`["${inside}"]`)).toBeUndefined();
  });
});

test("says where it stood", () => {
  expect([...(fit('["\\u0000","\\u00e9","\\ud83d"]')?.places ?? [])]).toEqual([2, 20]);
});

test("of any value, its text comes to what cleaning the value comes to", () => {
  const unit = fc.constantFrom("a", "\0", "\uD83D", "\uDE00", "é", "\\", "u0000", "ud83d", '"', "\n");
  const text = fc.array(unit, { maxLength: 8 }).map((units) => units.join(""));
  fc.assert(
    fc.property(fc.array(text), (value) => {
      const written = JSON.stringify(value);
      const read = JSON.parse(fitText(written) ?? written) as JsonValue;
      expect(read).toEqual(cleanStrings(value));
    }),
    { numRuns: 1000 },
  );
});
