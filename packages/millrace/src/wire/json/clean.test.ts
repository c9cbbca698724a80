import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { cleanStrings, cleanText } from "./clean.ts";

const HIGH = "\uD83D";
const LOW = "\uDE00";

describe("conformance case 208", () => {
  test.each<[string, JsonValue, JsonValue]>([
    ["a lone high half", `a${HIGH}b`, "a\uFFFDb"],
    ["a lone low half", `${LOW}b`, "\uFFFDb"],
    ["halves in the wrong order", LOW + HIGH, "\uFFFD\uFFFD"],
    ["NUL", "a\0b", "ab"],
    ["a NUL between two halves leaves each alone", `${HIGH}\0${LOW}`, "\uFFFD\uFFFD"],
    ["in a list", ["a", `\0${HIGH}`, 1, null], ["a", "\uFFFD", 1, null]],
    ["in a nested object", { a: { b: ["\0"] }, c: true }, { a: { b: [""] }, c: true }],
    ["in a name", { [`k${HIGH}\0`]: 1 }, { "k\uFFFD": 1 }],
  ])("%s", (_title, value, cleaned) => {
    expect(cleanStrings(value)).toEqual(cleaned);
  });

  test.each<[string, JsonValue]>([
    ["a whole pair", HIGH + LOW],
    ["other control characters", "\u0001\t\n\u007F"],
    ["U+FFFD", "\uFFFD"],
    ["a tree", { a: [{ b: "é日😀" }], c: null }],
  ])("%s stays, and is the same reference", (_title, value) => {
    expect(cleanStrings(value)).toBe(value);
  });

  test("a field named __proto__ stays a field", () => {
    const value = JSON.parse('{"__proto__":{"x":"a\\u0000"},"b":1}') as JsonValue;
    expect(JSON.stringify(cleanStrings(value))).toBe('{"__proto__":{"x":"a"},"b":1}');
  });

  test("the order of fields and members stays", () => {
    const value = { b: "\0", a: ["1", { d: "\0", c: 1 }, "2"] };
    expect(JSON.stringify(cleanStrings(value))).toBe('{"b":"","a":["1",{"d":"","c":1},"2"]}');
  });

  test("depth is no danger", () => {
    const depth = 100_000;
    const deep = JSON.parse(`${"[".repeat(depth)}"\\u0000"${"]".repeat(depth)}`) as JsonValue;
    expect(cleanStrings(deep) === deep).toBe(false);
  });

  test("any value comes out without what is unfit, and cleaning it again changes nothing", () => {
    const unit = fc.constantFrom("a", "\0", HIGH, LOW, "é");
    const text = fc.array(unit, { maxLength: 6 }).map((units) => units.join(""));
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(text, fc.integer(), fc.array(tie("value")), fc.dictionary(text, tie("value"))),
    }));
    fc.assert(
      fc.property(value, (dirty) => {
        const clean = cleanStrings(dirty);
        expect(JSON.stringify(clean)).not.toMatch(/\\ud[89a-f]|\\u0000/iu);
        expect(cleanStrings(clean)).toBe(clean);
      }),
    );
  });

  test("a text by itself", () => {
    expect(cleanText(`x${HIGH}\0`)).toBe("x\uFFFD");
  });
});
