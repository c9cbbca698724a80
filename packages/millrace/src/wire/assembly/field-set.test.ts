import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { FieldSet, otherFields } from "./field-set.ts";
import type { FieldSetOptions } from "./field-set.ts";
import { ReplyFault } from "./reply-fault.ts";

function collected(options: FieldSetOptions, ...fields: JsonObject[]): JsonObject | undefined {
  const set = new FieldSet(options);
  for (const some of fields) set.add(some);
  return set.toObject();
}

describe("fields of several chunks", () => {
  test("the later value counts, but null replaces nothing", () => {
    expect(collected({ arrays: "replace" }, { a: 1, b: 2 }, { a: 3, b: null, c: null })).toEqual({
      a: 3,
      b: 2,
      c: null,
    });
  });

  test("arrays of a reply come whole each time", () => {
    expect(collected({ arrays: "replace" }, { a: [1] }, { a: [1, 2] })).toEqual({ a: [1, 2] });
  });

  test("arrays of a message come in pieces", () => {
    expect(collected({ arrays: "append" }, { a: [1] }, { a: [2] }, { a: [] })).toEqual({ a: [1, 2] });
  });

  test("fields under the nested key are collected in the same way", () => {
    const options = { arrays: "append", nested: "choice" } as const;
    const first = { a: 1, choice: { ids: [1], seed: 2 } };
    expect(collected(options, first, { choice: { ids: [3], seed: null } })).toEqual({
      a: 1,
      choice: { ids: [1, 3], seed: 2 },
    });
  });

  test("no fields are no object", () => {
    expect(collected({ arrays: "replace" })).toBeUndefined();
  });

  test("a field called __proto__ is a field", () => {
    const hostile = JSON.parse('{"__proto__":{"a":1}}') as JsonObject;
    const result = collected({ arrays: "replace" }, hostile);
    expect(Object.keys(result ?? {})).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
});

describe("whether fields say anything new", () => {
  const set = new FieldSet({ arrays: "append" });
  set.add({ a: 1, b: { c: [1] }, list: [1] });

  test.each([
    [{ a: 1 }, true],
    [{ a: null }, true],
    [{ b: { c: [1] } }, true],
    [{ list: [] }, true],
    [{ a: 2 }, false],
    [{ b: { c: [2] } }, false],
    [{ list: [1] }, false],
    [{ d: null }, false],
  ])("%j: %s", (fields, known) => {
    expect(set.has(fields)).toBe(known);
  });

  test("what is nested too deeply to compare is a failure, not a crash", () => {
    const deep = JSON.parse(`{"b":{"c":${"[".repeat(200_000)}${"]".repeat(200_000)}}}`) as JsonObject;
    expect(() => set.has(deep)).toThrow(ReplyFault);
  });
});

test("the fields that are not known", () => {
  expect(otherFields({ a: 1, b: 2, c: undefined }, new Set(["a"]))).toEqual({ b: 2 });
  expect(otherFields({ a: 1 }, new Set(["a"]))).toBeUndefined();
});
