import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { grammarSchema } from "./grammar-schema.ts";

const ANY = grammarSchema({});
const STRING = { type: "string" };
const NUMBER = { type: "number" };

describe("what the engine can say is kept", () => {
  const cases: readonly (readonly [string, JsonObject, JsonObject])[] = [
    ["a type", { type: "integer", minimum: 3 }, { type: "integer" }],
    ["several types", { type: ["string", "null"] }, { type: ["string", "null"] }],
    ["a constant", { const: 3, title: "three" }, { const: 3 }],
    ["choices", { type: "string", enum: ["a", "b"] }, { enum: ["a", "b"] }],
    ["a date", { type: "string", format: "date" }, { type: "string", format: "date" }],
    [
      "the length of a text",
      { type: "string", minLength: 1, maxLength: 5 },
      { type: "string", minLength: 1, maxLength: 5 },
    ],
    ["an array", { type: "array", items: STRING, minItems: 2 }, { type: "array", items: STRING, minItems: 2 }],
    ["a tuple", { type: "array", prefixItems: [STRING, NUMBER] }, { type: "array", prefixItems: [STRING, NUMBER] }],
    ["alternatives", { anyOf: [STRING, NUMBER] }, { oneOf: [STRING, NUMBER] }],
    ["what may be null in OpenAPI", { type: "string", nullable: true }, { oneOf: [STRING, { type: "null" }] }],
    [
      "a type and others of several",
      { type: ["array", "null"], items: STRING },
      { oneOf: [{ type: "array", items: STRING }, { type: "null" }] },
    ],
  ];
  test.each(cases)("%s", (_, schema, read) => expect(grammarSchema(schema)).toEqual(read));
});

describe("an object", () => {
  test("has all members that are required, in their order", () => {
    const schema = { type: "object", properties: { b: STRING, a: NUMBER }, required: ["a", "b"] };
    const read = grammarSchema(schema);
    expect(read).toEqual({ type: "object", properties: { b: STRING, a: NUMBER } });
    expect(Object.keys(read["properties"] as JsonObject)).toEqual(["b", "a"]);
  });

  test("may have those that are optional, of which only the kinds of values are known", () => {
    const schema = { type: "object", properties: { a: STRING, b: NUMBER, c: NUMBER }, required: ["a"] };
    expect(grammarSchema(schema)).toEqual({
      type: "object",
      properties: { a: STRING },
      additionalProperties: NUMBER,
      maxProperties: 3,
    });
  });

  test("may have any where its schema names none", () => {
    expect(grammarSchema({ type: "object" })).toEqual({ type: "object", properties: {}, additionalProperties: true });
  });

  test("may have others of one kind", () => {
    const schema = { type: "object", additionalProperties: NUMBER };
    expect(grammarSchema(schema)).toEqual({ type: "object", properties: {}, additionalProperties: NUMBER });
  });

  test("is one where several schemas of objects hold", () => {
    const schema = {
      allOf: [{ $ref: "#/$defs/base" }, { properties: { b: NUMBER }, required: ["b"] }],
      $defs: { base: { type: "object", properties: { a: STRING }, required: ["a"] } },
    };
    expect(grammarSchema(schema)).toEqual({ type: "object", properties: { a: STRING, b: NUMBER } });
  });
});

describe("references", () => {
  test("keep what they lead to, wherever it was defined", () => {
    const schema = {
      type: "object",
      properties: { a: { $ref: "#/definitions/leaf" } },
      required: ["a"],
      definitions: { leaf: STRING, unused: NUMBER },
    };
    expect(grammarSchema(schema)).toEqual({
      type: "object",
      properties: { a: { $ref: "#/$defs/leaf" } },
      $defs: { leaf: STRING },
    });
  });

  test("may lead back", () => {
    const node = {
      type: "object",
      properties: { next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
      required: ["next"],
    };
    expect(grammarSchema({ $ref: "#/$defs/node", $defs: { node } })).toEqual({
      $ref: "#/$defs/node",
      $defs: {
        node: { type: "object", properties: { next: { oneOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } } },
      },
    });
  });
});

describe("what it cannot say is left open", () => {
  const cases: readonly (readonly [string, JsonObject])[] = [
    ["nothing is said", {}],
    ["a reference to somewhere else", { $ref: "https://example.com/schema.json" }],
    ["choices that are no scalars", { enum: [["a"], {}] }],
    ["a negation", { not: STRING }],
  ];
  test.each(cases)("%s", (_, schema) => expect(grammarSchema(schema)).toEqual(ANY));

  test("repetitions without end to them in practice", () => {
    expect(grammarSchema({ type: "string", maxLength: 100_000 })).toEqual(STRING);
  });

  test("what is nested too deeply", () => {
    let schema: JsonObject = STRING;
    for (let depth = 0; depth < 5000; depth += 1) schema = { type: "array", items: schema };
    expect(JSON.stringify(grammarSchema(schema)).length).toBeLessThan(2000);
  });
});
