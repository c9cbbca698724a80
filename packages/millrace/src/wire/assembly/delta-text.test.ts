import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DeltaText } from "./delta-text.ts";

const HIGH = "\uD83D";
const LOW = "\uDE00";

function given(deltas: readonly string[], cumulative = false): string[] {
  const text = new DeltaText({ cumulative });
  return [...deltas.map((delta) => text.push(delta)), text.end()];
}

describe("conformance case 36: halves of a character", () => {
  test("a pair cut between two deltas is put together", () => {
    expect(given([`a${HIGH}`, `${LOW}b`])).toEqual(["a", "😀b", ""]);
  });

  test("a half that never meets its other half becomes U+FFFD", () => {
    expect(given([HIGH])).toEqual(["", "\uFFFD"]);
    expect(given([HIGH, "x"])).toEqual(["", "\uFFFDx", ""]);
    expect(given([LOW])).toEqual(["\uFFFD", ""]);
  });

  test("whatever the cuts, the text is the same and every delta is valid", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat(20)), (text, cuts) => {
        const deltas: string[] = [];
        let rest = text;
        for (const cut of cuts) {
          deltas.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        const pieces = given([...deltas, rest]);
        expect(pieces.join("")).toBe(text);
        for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});

describe("conformance case 112: deltas that hold the whole text so far", () => {
  test("only what is new is given", () => {
    expect(given(["He", "Hell", "Hell", "Hello"], true)).toEqual(["He", "ll", "", "o", ""]);
  });

  test("a text that does not continue the last one is given whole", () => {
    expect(given(["one", "two"], true)).toEqual(["one", "two", ""]);
  });
});
