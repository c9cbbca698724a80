import type { JsonObject } from "../../model/json.ts";
import type { ResponseFormat } from "../../model/request.ts";
import { isObject, objectOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { fittedSchema } from "../translation/claude-schema.ts";
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
  const told = { field: "response_format", reason: "the server takes no other" };
  return { type: "json_schema", schema: fittedSchema(format.schema, told, account) };
}
