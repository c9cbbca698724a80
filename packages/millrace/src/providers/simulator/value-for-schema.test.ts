import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { UnfitSchemaError, valueFor } from "./value-for-schema.ts";

const NODE: JsonObject = {
  type: "object",
  properties: { next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
  required: ["next"],
};

describe("a value fits its schema", () => {
  test.each<[string, JsonValue, JsonValue]>([
    [
      "an object has every property",
      { properties: { a: { type: "boolean" }, b: { type: "null" } } },
      { a: true, b: null },
    ],
    ["a required property without a schema is there", { type: "object", required: ["a"] }, { a: "simulated a" }],
    [
      "a property may be called __proto__",
      JSON.parse('{"properties":{"__proto__":{"const":1}}}') as JsonValue,
      JSON.parse('{"__proto__":1}') as JsonValue,
    ],
    ["a constant", { const: { a: [1] } }, { a: [1] }],
    ["null as a constant", { const: null }, null],
    ["the first of an enum, even if it is null", { enum: [null, "a"] }, null],
    ["the first type that is not null", { type: ["null", "integer"] }, 1],
    ["a number within its bounds", { type: "number", minimum: 3, maximum: 4 }, 3],
    ["a whole number above an open bound", { type: "integer", exclusiveMinimum: 5 }, 6],
    ["a number below an open bound", { type: "number", exclusiveMaximum: 1 }, 0.5],
    ["a negative multiple", { type: "integer", maximum: -1, multipleOf: 5 }, -5],
    ["a text of some length", { type: "string", minLength: 16 }, "simulated value."],
    ["a text that is cut", { type: "string", maxLength: 3 }, "sim"],
    ["a text with a format", { type: "string", format: "date" }, "2026-01-01"],
    ["as many items as there must be", { type: "array", items: { type: "integer" }, minItems: 3 }, [1, 1, 1]],
    ["no more items than there may be", { type: "array", items: {}, maxItems: 0 }, []],
    ["a tuple", { prefixItems: [{ const: 1 }, { const: 2 }], items: false }, [1, 2]],
    ["the first of several options", { anyOf: [{ type: "boolean" }, { type: "null" }] }, true],
    [
      "all of several parts",
      { allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } }, required: ["b"] }] },
      { a: 1, b: 2 },
    ],
    ["what a reference leads to", { $ref: "#/$defs/a~1b", $defs: { "a/b": { const: 7 } } }, 7],
    ["anything where nothing is said", true, "simulated value"],
  ])("%s", (_what, schema, value) => {
    expect(valueFor(schema)).toEqual(value);
  });

  test("a schema that holds itself comes to an end", () => {
    const value = JSON.stringify(valueFor({ ...NODE, $defs: { node: NODE } }));
    expect(value).toMatch(/^(?:\{"next":){4,}null\}+$/u);
  });
});

describe("what cannot be made is refused, not made wrong", () => {
  test.each<[string, JsonValue, RegExp]>([
    ["nothing is allowed", { properties: { a: false } }, /allows nothing/u],
    ["no number is allowed", { type: "integer", minimum: 2, maximum: 1 }, /no number/u],
    ["a reference that leads nowhere", { $ref: "#/$defs/none" }, /refers to nothing/u],
    ["a reference to another document", { $ref: "https://example.com/a" }, /refers to nothing/u],
    ["a reference to itself", { $ref: "#" }, /refers to itself/u],
    ["no end to what is required", { type: "object", properties: { a: { $ref: "#" } }, required: ["a"] }, /deep/u],
    ["too many items", { type: "array", minItems: 1e9 }, /minItems/u],
    ["items that differ", { type: "array", minItems: 2, uniqueItems: true }, /all differ/u],
    ["too long a text", { type: "string", minLength: 1e9 }, /minLength/u],
    [
      "too many values in all",
      { type: "array", minItems: 100, items: { type: "array", minItems: 100, items: { type: "integer" } } },
      /too large a value/u,
    ],
    [
      "too many characters in all",
      { type: "array", minItems: 100, items: { const: "x".repeat(10_000) } },
      /too large a value/u,
    ],
    ["too large a schema", { enum: Array.from({ length: 20_000 }, (_, i) => i) }, /too large/u],
    ["too deep a schema", JSON.parse(`${"[".repeat(102)}${"]".repeat(102)}`) as JsonValue, /too large/u],
  ])("%s", (_what, schema, message) => {
    expect(() => valueFor(schema)).toThrow(UnfitSchemaError);
    expect(() => valueFor(schema)).toThrow(message);
  });
});
