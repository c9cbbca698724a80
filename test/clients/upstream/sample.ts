import type { JsonObject, JsonValue } from "../../../packages/millrace/src/model/json.ts";
import { listOf, objectOf, objectsOf, textOf } from "./fields.ts";

/** The smallest value that fits a JSON Schema. */
export function sampleOf(schema: JsonObject): JsonValue {
  const [choice] = listOf(schema["enum"]);
  if (choice !== undefined) return choice;
  if (schema["const"] !== undefined) return schema["const"];
  const [variant] = [...objectsOf(schema["anyOf"]), ...objectsOf(schema["oneOf"])];
  if (variant !== undefined) return sampleOf(variant);
  const type = Array.isArray(schema["type"]) ? listOf(schema["type"])[0] : schema["type"];
  return (SAMPLES[textOf(type).toLowerCase()] ?? sampleObject)(schema);
}

const SAMPLES: Readonly<Record<string, (schema: JsonObject) => JsonValue>> = {
  string: () => "wheel",
  number: () => 42,
  integer: () => 42,
  boolean: () => false,
  null: () => null,
  array: (schema) => (schema["minItems"] === undefined ? [] : [sampleOf(objectOf(schema["items"]))]),
  object: sampleObject,
};

function sampleObject(schema: JsonObject): JsonObject {
  const properties = objectOf(schema["properties"]);
  const required = listOf(schema["required"]).map(textOf);
  return Object.fromEntries(required.map((name) => [name, sampleOf(objectOf(properties[name]))]));
}
