import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { arrayOf, booleanOf, countOf, isArray, isObject, numberOf, objectOf, objectsOf, stringOf } from "./read.ts";

const VALUES: readonly (JsonValue | undefined)[] = [undefined, null, true, 0, 1.5, "", "x", [], [1], {}, { a: 1 }];

describe("each reader takes its own type and nothing else", () => {
  test.each([
    ["isObject", VALUES.filter((value) => isObject(value)), [{}, { a: 1 }]],
    ["isArray", VALUES.filter((value) => isArray(value)), [[], [1]]],
    ["stringOf", VALUES.map(stringOf).filter((value) => value !== undefined), ["", "x"]],
    ["numberOf", VALUES.map(numberOf).filter((value) => value !== undefined), [0, 1.5]],
    ["booleanOf", VALUES.map(booleanOf).filter((value) => value !== undefined), [true]],
    ["objectOf", VALUES.map(objectOf).filter((value) => value !== undefined), [{}, { a: 1 }]],
    ["countOf", VALUES.map(countOf).filter((value) => value !== undefined), [0]],
    ["arrayOf", VALUES.flatMap((value) => arrayOf(value)), [1]],
  ])("%s", (_name, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test("a count is whole, not negative, and exact", () => {
  expect([0, 7, -1, 0.5, 2 ** 53, "7"].map(countOf)).toEqual([0, 7, undefined, undefined, undefined, undefined]);
});

test("of a list, what is no object is left out", () => {
  expect(objectsOf([null, { a: 1 }, [{}], "x"])).toEqual([{ a: 1 }]);
  expect([null, { a: 1 }, undefined].map(objectsOf)).toEqual([[], [], []]);
});

test("a number too large to be one is none", () => {
  expect(numberOf(JSON.parse("1e999") as JsonValue)).toBeUndefined();
});
