import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, objectOf } from "../json/read.ts";

/** The same schema with every object of it closed, as Anthropic's models want it: the very one where they all are. */
export function closedSchema(schema: JsonObject): JsonObject {
  return objectOf(closed(schema)) ?? schema;
}

function closed(schema: JsonValue): JsonValue {
  if (isArray(schema)) {
    const members = schema.map(closed);
    return members.every((member, index) => member === schema[index]) ? schema : members;
  }
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).map(
    ([name, value]) => [name, value === undefined ? value : closed(value)] as const,
  );
  const isSame = entries.every(([name, value]) => value === schema[name]);
  const isOpen =
    schema["type"] === "object" && isObject(schema["properties"]) && schema["additionalProperties"] !== false;
  if (isSame && !isOpen) return schema;
  return { ...Object.fromEntries(entries), ...(isOpen && { additionalProperties: false }) };
}
