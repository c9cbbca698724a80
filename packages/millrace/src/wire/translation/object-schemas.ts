import type { Change } from "../../model/change.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { BodyEditor } from "../assembly/body-editor.ts";
import { isArray, isObject, objectOf } from "../json/read.ts";

/** Keywords whose members are schemas by name, and those that hold one schema or a list of them. */
const NAMED: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);
const HELD: ReadonlySet<string> = new Set([
  "items",
  "prefixItems",
  "contains",
  "anyOf",
  "oneOf",
  "allOf",
  "not",
  "if",
  "then",
  "else",
]);
/** Here servers know booleans, as most schemas have them. */
const OPEN: ReadonlySet<string> = new Set(["additionalProperties", "unevaluatedProperties", "unevaluatedItems"]);

/**
 * The schema of a tool's arguments for servers that read every schema as an object, and the type of arguments as one
 * word: the very one where it is so written. (`"value": true` is how Go and Pydantic say that anything goes.)
 */
export function objectSchemas(parameters: JsonObject): JsonObject {
  const schema = withValues(parameters, keyword);
  const { type } = schema;
  return isArray(type) && type.includes("object") ? { ...schema, type: "object" } : schema;
}

/** Writes the schemas of a body's tools so, which have the form of chat completions. */
export function fitSchemas(editor: BodyEditor): void {
  const { tools } = editor.body;
  if (!isArray(tools)) return;
  const fit = tools.map((tool, index) => {
    const definition = isObject(tool) ? objectOf(tool["function"]) : undefined;
    const given = objectOf(definition?.["parameters"]);
    if (!isObject(tool) || given === undefined) return tool;
    const parameters = objectSchemas(given);
    if (parameters === given) return tool;
    editor.report(objectSchemasChange(index));
    return { ...tool, function: { ...definition, parameters } };
  });
  if (fit.some((tool, index) => tool !== tools[index])) editor.rewrite("tools", fit);
}

/** How it is told of a tool. */
export function objectSchemasChange(index: number): Change {
  const reason = "the server reads every schema as an object";
  return { field: `tools[${index}].function.parameters`, action: "replaced", to: "schemas without booleans", reason };
}

function objectSchema(schema: JsonValue): JsonValue {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  if (isArray(schema)) {
    const members = schema.map(objectSchema);
    return members.every((member, index) => member === schema[index]) ? schema : members;
  }
  return isObject(schema) ? withValues(schema, keyword) : schema;
}

function keyword(name: string, value: JsonValue): JsonValue {
  if (NAMED.has(name)) return isObject(value) ? withValues(value, (_name, schema) => objectSchema(schema)) : value;
  if (HELD.has(name) || (OPEN.has(name) && isObject(value))) return objectSchema(value);
  return value;
}

function withValues(object: JsonObject, change: (name: string, value: JsonValue) => JsonValue): JsonObject {
  const entries = Object.entries(object).map(
    ([name, value]) => [name, value === undefined ? value : change(name, value)] as const,
  );
  return entries.every(([name, value]) => value === object[name]) ? object : Object.fromEntries(entries);
}
