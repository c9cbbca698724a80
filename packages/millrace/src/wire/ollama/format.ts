import type { JsonValue } from "../../model/json.ts";
import type { ResponseFormat } from "../../model/request.ts";
import { isObject, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** Schemas have no name here. */
const SCHEMA_NAME = "response";

/** Reads how the answer must be shaped; nothing where it says nothing. */
export function decodeFormat(format: JsonField): ResponseFormat | undefined {
  if (format === "json") return { type: "json_object" };
  return isObject(format) ? { type: "json_schema", name: SCHEMA_NAME, schema: format } : undefined;
}

/** How the answer must be shaped; nothing for plain text. Some servers' clients give any JSON a schema too. */
export function encodeFormat(format: ResponseFormat): JsonValue | undefined {
  switch (format.type) {
    case "text":
      return undefined;
    case "json_object":
      return objectOf(format.extra?.["schema"]) ?? "json";
    case "json_schema":
      return format.schema;
  }
}
