import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extentOf, parseJson } from "./parse.ts";
import { countingWork } from "./testing/step-work.ts";

describe("good JSON", () => {
  test.each([
    ["an object", '{"a":[1,null]}', { a: [1, null] }],
    ["a bare value", " 1.5e3 ", 1500],
    ["conformance case 92: blank lines before it", '\n\n\r\n\n{"a":1}', { a: 1 }],
    ["a byte order mark before it", '\uFEFF{"a":1}', { a: 1 }],
  ])("%s", (_title, text, value) => {
    expect(parseJson(text)).toEqual({ ok: true, value, trailing: false });
  });

  test("depth is no danger", () => {
    const depth = 200_000;
    expect(parseJson("[".repeat(depth) + "]".repeat(depth))).toMatchObject({ ok: true });
    expect(parseJson("[".repeat(depth))).toMatchObject({ ok: false, column: depth + 1 });
  });
});

describe("bytes behind the first value", () => {
  test.each([
    ["conformance case 93: a second object", '{"a":1}{"b":2}', { a: 1 }],
    ["conformance case 93: a line of something else", '\n{"a":"}"}\n<!-- served by proxy -->', { a: "}" }],
    ["a NUL", '{"a":1}\0', { a: 1 }],
    ["behind an array", "[1]]", [1]],
    ["conformance case 37: lines of JSON", '{"a":1}\n{"a":2}\n', { a: 1 }],
  ])("%s: the first counts, and it is said", (_title, text, value) => {
    expect(parseJson(text)).toEqual({ ok: true, value, trailing: true });
  });

  test.each([
    ["404 page not found", 'expected the end of the text, found "p"', 5],
    ["null pointer", 'expected the end of the text, found "p"', 6],
    ['"a" "b"', 'expected the end of the text, found "\\""', 5],
    ["01", 'expected the end of the text, found "1"', 2],
  ])("text that only begins like a value is none: %s", (text, message, column) => {
    expect(parseJson(text)).toEqual({ ok: false, message, line: 1, column });
  });
});

describe("a mistake has a line, a column and words", () => {
  test.each([
    ["", 1, 1, "expected a value, found the end of the text"],
    ["  ", 1, 3, "expected a value, found the end of the text"],
    ["<html>", 1, 1, 'expected a value, found "<"'],
    ['{"a": 1,\n "b": oops}', 2, 7, 'expected a value, found "o"'],
    ['{"a": 1,\r\n\r\n  b: 2}', 3, 3, 'expected a property name in double quotes, found "b"'],
    ["{\r 'a': 1}", 2, 2, 'expected a property name in double quotes, or "}", found "\'"'],
    ['{"a" 1}', 1, 6, 'expected ":", found "1"'],
    ['{"a": [1 2]}', 1, 10, 'expected "," or "]", found "2"'],
    ['{"a": 1 "b": 2}', 1, 9, 'expected "," or "}", found "\\""'],
    ['{"a": [1}', 1, 9, 'expected "," or "]", found "}"'],
    ['{"a": 1,}', 1, 9, 'expected a property name in double quotes, found "}"'],
    ["[1,]", 1, 4, 'expected a value, found "]"'],
    ['{"a": "b', 1, 9, "expected the string's closing quote, found the end of the text"],
    ['{"a": "b\n"}', 1, 9, 'expected no control character in a string, found "\\n"'],
    [String.raw`{"a": "\x"}`, 1, 8, String.raw`expected a valid escape, found "\\"`],
    ['{"a": 1', 1, 8, 'expected "," or "}", found the end of the text'],
    ["[-]", 1, 2, 'expected a value, found "-"'],
    ["[😀]", 1, 2, 'expected a value, found "😀"'],
    ["[nul]", 1, 2, 'expected a value, found "n"'],
  ])("%j", (text, line, column, message) => {
    expect(parseJson(text)).toEqual({ ok: false, message, line, column });
  });
});

describe("a mistake in a long text", () => {
  const row = "é😀".repeat(50);
  const lines = `{"rows": [${`"${row}",\r\n`.repeat(10_000)}`;

  test.each([
    ["in its last line", `${lines} oops]}`, 10_001, 2],
    ["behind a string that goes on and on", `${lines}"${"x".repeat(600_000)}\n"]}`, 10_001, 600_002],
    ["behind space that goes on and on", `${lines}${" ".repeat(600_000)}oops`, 10_001, 600_001],
    ["no end", `${lines}"a"`, 10_001, 4],
  ])("%s: is found where it is, a step at a time", (_what, text, line, column) => {
    const { value, steps } = countingWork(extentOf(text));
    expect(value).toMatchObject({ line, column });
    expect(steps).toBeGreaterThan(text.length / 300_000);
  });
});

describe("properties", () => {
  const damage = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", "\n", ",", '"', "{", "]", "\\", "x", "\u0001", "0"));
  const damaged = damage.map(([text, at, piece]) => {
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + piece + text.slice(cut + 1);
  });

  test("it takes exactly what JSON.parse takes, apart from what follows a first object or array", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
        const parsed = parseJson(text);
        const expected = nativeParse(text);
        if (expected !== undefined) expect(parsed).toEqual({ ok: true, value: expected.value, trailing: false });
        else expect(parsed.ok && !parsed.trailing).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test("what it gives before trailing bytes is the value that is there", () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(`${text} trailing`)).toEqual({ ok: true, value: JSON.parse(text), trailing: true });
      }),
    );
  });

  test("a mistake is inside the text, or just behind it", () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const parsed = parseJson(text);
        if (parsed.ok) return;
        const lines = text.split(/\r\n|\r|\n/u);
        expect(parsed.line).toBeLessThanOrEqual(lines.length);
        expect(parsed.column).toBeLessThanOrEqual((lines[parsed.line - 1]?.length ?? 0) + 1);
      }),
    );
  });

  function nativeParse(text: string): { readonly value: unknown } | undefined {
    try {
      return { value: JSON.parse(text) };
    } catch {
      return undefined;
    }
  }
});
