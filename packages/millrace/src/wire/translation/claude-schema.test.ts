import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { claudeSchema } from "./claude-schema.ts";

const closed = (more: JsonObject): JsonObject => ({ type: "object", ...more, additionalProperties: false });

test("a schema that a model can be held to stays the very one", () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...closed({
      $defs: { a: closed({}) },
      properties: {
        minimum: { type: "integer", enum: [1, 2], default: 1 },
        tags: { type: "array", items: { type: "string", format: "date" }, minItems: 1 },
        either: { anyOf: [{ $ref: "#/$defs/a" }, { type: ["string", "null"], description: "x" }] },
      },
      required: ["minimum"],
    }),
  };
  expect(claudeSchema(schema)).toBe(schema);
});

test.each<[string, JsonObject, JsonObject]>([
  ["with no properties", { type: "object" }, closed({})],
  ["or nothing", { type: ["object", "null"] }, { type: ["object", "null"], additionalProperties: false }],
  ["without a type", { properties: {} }, { properties: {}, additionalProperties: false }],
  ["of other properties", { type: "object", additionalProperties: { type: "integer" } }, closed({})],
  [
    "in a definition",
    { $ref: "#/$defs/a", $defs: { a: { type: "object" } } },
    { $ref: "#/$defs/a", $defs: { a: closed({}) } },
  ],
  ["in a list", { type: "array", items: { type: "object" } }, { type: "array", items: closed({}) }],
])("an object %s is closed", (_, schema, expected) => {
  expect(claudeSchema(schema)).toEqual(expected);
});

test.each<[JsonObject, JsonObject]>([
  [
    { type: "integer", minimum: 0, maximum: 10 },
    { type: "integer", description: "{minimum: 0, maximum: 10}" },
  ],
  [
    { type: "string", description: "A name", minLength: 2, pattern: "^a" },
    { type: "string", description: 'A name\n\n{minLength: 2, pattern: "^a"}' },
  ],
  [
    { type: "string", format: "iri" },
    { type: "string", description: '{format: "iri"}' },
  ],
  [
    { type: "array", items: { type: "number", multipleOf: 2 }, minItems: 2, uniqueItems: true },
    {
      type: "array",
      items: { type: "number", description: "{multipleOf: 2}" },
      description: "{minItems: 2, uniqueItems: true}",
    },
  ],
  [
    { type: "array", items: [{ type: "string" }] },
    { type: "array", description: '{items: [{"type":"string"}]}' },
  ],
  [closed({ minProperties: 1 }), closed({ description: "{minProperties: 1}" })],
  [{ enum: [{ a: 1 }] }, { description: '{enum: [{"a":1}]}' }],
  [{ oneOf: [{ type: "object" }, { type: "null" }] }, { anyOf: [closed({}), { type: "null" }] }],
  [{ $ref: "#/$defs/a", description: "x" }, { $ref: "#/$defs/a" }],
])("what it cannot be held to is said in the description: %j", (schema, expected) => {
  expect(claudeSchema(schema)).toEqual(expected);
});
