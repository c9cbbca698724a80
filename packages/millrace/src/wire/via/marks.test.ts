import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOPS_MAX, isMark, markedWith, marksIn } from "./marks.ts";

const mark = fc.stringMatching(/^[\w.-]{1,64}$/);

describe("the marks of a request", () => {
  test.each<[string, readonly string[]]>([
    ["", []],
    ["a", ["a"]],
    ["a, b,c ,\td", ["a", "b", "c", "d"]],
    ["a,,b,", ["a", "b"]],
    ["a, b c, ü, d\r\n, e", ["a", "d", "e"]],
    [`${"x".repeat(65)}, a`, ["a"]],
  ])("%j are %j", (value, marks) => {
    expect(marksIn(value)).toEqual(marks);
  });

  test("are read as they were written", () => {
    fc.assert(
      fc.property(fc.array(mark, { maxLength: HOPS_MAX }), mark, (earlier, own) => {
        expect(marksIn(markedWith(own, earlier))).toEqual([...earlier, own]);
      }),
    );
  });

  test("are never more than a loop has, and each of them is one, whatever the header says", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(mark, { maxLength: 200 }).map(String)), (value) => {
        const marks = marksIn(value);
        expect(marks.length).toBeLessThanOrEqual(HOPS_MAX + 1);
        expect(marks.every(isMark)).toBe(true);
      }),
    );
  });
});
