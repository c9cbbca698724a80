import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { objectSchemas } from "./object-schemas.ts";

describe("every schema as an object", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["a property", { properties: { a: true, b: false } }, { properties: { a: {}, b: { not: {} } } }],
    ["one further inside", { properties: { a: { items: true } } }, { properties: { a: { items: {} } } }],
    ["one of several", { anyOf: [true, { type: "string" }] }, { anyOf: [{}, { type: "string" }] }],
    ["a definition", { $defs: { any: true } }, { $defs: { any: {} } }],
    ["a type among several", { type: ["object", "null"] }, { type: "object" }],
    [
      "one below what is open",
      { additionalProperties: { properties: { a: true } } },
      { additionalProperties: { properties: { a: {} } } },
    ],
  ])("%s", (_name, schema, wanted) => {
    expect(objectSchemas(schema)).toEqual(wanted);
  });

  test.each<[string, JsonObject]>([
    ["objects", { type: "object", properties: { items: { type: "array", items: { type: ["string", "null"] } } } }],
    ["values that are no schemas", { properties: { a: { default: true, const: false, enum: [true] } } }],
    ["what is open or closed", { additionalProperties: false, unevaluatedProperties: true }],
    ["a property that is called like a keyword", { properties: { properties: { type: "boolean" } } }],
  ])("%s stay the very ones", (_name, schema) => {
    expect(objectSchemas(schema)).toBe(schema);
  });
});
