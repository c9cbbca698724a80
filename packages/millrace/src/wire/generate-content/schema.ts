import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, isArray, isObject, objectOf, stringOf } from "../json/read.ts";

const TYPES: ReadonlySet<string> = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);
const COUNTS: ReadonlySet<string> = new Set([
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "minProperties",
  "maxProperties",
]);
/** Keywords that hold one schema, and those that hold several. */
const ONE: ReadonlySet<string> = new Set(["items", "additionalProperties", "not"]);
const SEVERAL: ReadonlySet<string> = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const NAMED: ReadonlySet<string> = new Set(["properties", "$defs", "defs"]);

/** The dialect's own schemas, a dialect of OpenAPI's, as JSON Schema: lower-case types, `null` as a type, counts as numbers. */
export function jsonSchemaOf(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).flatMap(([key, value]) => keyword(key, value));
  const { nullable, ...plain } = Object.fromEntries(entries);
  return withOrder(
    nullable === true ? orNull(plain) : plain,
    schema["propertyOrdering"] ?? schema["property_ordering"],
  );
}

function keyword(key: string, value: JsonValue | undefined): readonly (readonly [string, JsonValue | undefined])[] {
  if (key === "propertyOrdering" || key === "property_ordering") return [];
  if (key === "type") return typed(value);
  if (key === "format" && value === "enum") return [];
  if (COUNTS.has(key)) return [[key, typeof value === "string" ? Number(value) : value]];
  if (ONE.has(key) && isObject(value)) return [[key, jsonSchemaOf(value)]];
  if ((SEVERAL.has(key) || key === "any_of") && isArray(value)) {
    return [
      [key === "any_of" ? "anyOf" : key, value.map((member) => (isObject(member) ? jsonSchemaOf(member) : member))],
    ];
  }
  if (NAMED.has(key) && isObject(value)) return [[key, schemasIn(value)]];
  return [[key, value]];
}

function schemasIn(named: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, isObject(schema) ? jsonSchemaOf(schema) : schema]),
  );
}

/** A type that the dialect does not specify says nothing. */
function typed(value: JsonValue | undefined): readonly (readonly [string, JsonValue | undefined])[] {
  if (typeof value !== "string") return [["type", value]];
  const type = value.toLowerCase();
  if (TYPES.has(type)) return [["type", type]];
  return type === "type_unspecified" ? [] : [["type", value]];
}

function orNull(schema: JsonObject): JsonObject {
  const { type, enum: values } = schema;
  if (typeof type !== "string") return type === undefined ? { anyOf: [schema, { type: "null" }] } : schema;
  const members = arrayOf(values);
  const withNull = members.length === 0 || members.includes(null) ? {} : { enum: [...members, null] };
  return { ...schema, type: [type, "null"], ...withNull };
}

/** In JSON Schema the order of properties is the order they stand in. */
function withOrder(schema: JsonObject, ordering: JsonValue | undefined): JsonObject {
  const properties = objectOf(schema["properties"]);
  const order = arrayOf(ordering).map(stringOf);
  if (properties === undefined || order.length === 0) return schema;
  const place = new Map(order.map((name, index) => [name, index]));
  const sorted = Object.entries(properties).sort(
    ([a], [b]) => (place.get(a) ?? order.length) - (place.get(b) ?? order.length),
  );
  return { ...schema, properties: Object.fromEntries(sorted) };
}
