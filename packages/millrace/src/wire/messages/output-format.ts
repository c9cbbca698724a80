import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ResponseFormat } from "../../model/request.ts";
import { isArray, isObject, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";

/** The dialect gives a schema no name, but others need one. */
const SCHEMA_NAME = "answer";

/** Reads the form that an answer must have; nothing where the model could not hold all of it. */
export function decodeFormat(format: JsonField): ResponseFormat | undefined {
  if (!isObject(format)) return undefined;
  const { type, schema, ...rest } = format;
  const given = objectOf(schema);
  if (type !== "json_schema" || given === undefined || Object.keys(rest).length > 0) return undefined;
  return { type, name: SCHEMA_NAME, schema: given };
}

/** The form of an answer as the dialect asks for it, where it can. */
export function encodeFormat(format: ResponseFormat | undefined, account: EncodingAccount): JsonObject | undefined {
  if (format?.type === "json_object") {
    account.dropOnce("response_format", "the server gives JSON only by a schema");
    return undefined;
  }
  if (format?.type !== "json_schema") return undefined;
  const schema = closed(format.schema);
  if (schema !== format.schema) {
    account.replaceOnce("response_format", "a schema without additional properties", "the server takes no other");
  }
  return { type: "json_schema", schema: objectOf(schema) ?? format.schema };
}

/** The same schema with every object of it closed: the very one that was given where they all are. */
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
