import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ResponseFormat } from "../../model/request.ts";
import type { OpaqueTool, ToolChoice, ToolDefinition } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { isObject, objectOf } from "../json/read.ts";

/** A tool. Fields of the function that have no name here stand in `extra` under `function`. */
export function encodeTool(tool: ToolDefinition | OpaqueTool): JsonObject {
  if ("raw" in tool) return tool.raw;
  const { name, description, parameters, strict, extra = {} } = tool;
  const { function: inner, ...outer } = extra;
  return {
    type: "function",
    function: { name, ...present({ description, parameters, strict }), ...objectOf(inner) },
    ...outer,
  };
}

/** Reads a tool. One that is not a function is kept whole. */
export function decodeTool(tool: JsonObject): ToolDefinition | OpaqueTool {
  const fields = new FieldReader(tool);
  const inner = fields.object("function");
  if (fields.string("type") !== "function" || inner === undefined) return { raw: tool };
  const definition = new FieldReader(inner);
  const name = definition.string("name");
  if (name === undefined) return { raw: tool };
  const read = present({
    description: definition.string("description"),
    parameters: definition.object("parameters"),
    strict: definition.boolean("strict"),
  });
  const extra = { ...fields.rest(), ...present({ function: definition.rest() }) };
  return { name, ...read, ...(Object.keys(extra).length > 0 && { extra }) };
}

export function encodeToolChoice(choice: ToolChoice): JsonValue {
  if (typeof choice === "string") return choice;
  return "raw" in choice ? choice.raw : { type: "function", function: { name: choice.name } };
}

/** Reads a tool choice, or nothing where the model has no word for it. */
export function decodeToolChoice(choice: JsonValue): ToolChoice | undefined {
  if (choice === "auto" || choice === "none" || choice === "required") return choice;
  if (!isObject(choice)) return undefined;
  const fields = new FieldReader(choice);
  const named = fields.object("function");
  const isFunction = fields.string("type") === "function" && fields.rest() === undefined;
  if (!isFunction || named === undefined) return { raw: choice };
  const { name, ...rest } = named;
  return typeof name === "string" && Object.keys(rest).length === 0 ? { name } : { raw: choice };
}

export function encodeResponseFormat(format: ResponseFormat): JsonObject {
  switch (format.type) {
    case "text":
      return { type: "text" };
    case "json_object":
      return { type: "json_object", ...format.extra };
    case "json_schema": {
      const { name, schema, description, strict } = format;
      return { type: "json_schema", json_schema: { name, schema, ...present({ description, strict }) } };
    }
  }
}

/** Reads a response format, or nothing where the model could not hold all of it. */
export function decodeResponseFormat(format: JsonValue): ResponseFormat | undefined {
  if (!isObject(format)) return undefined;
  const fields = new FieldReader(format);
  const type = fields.oneOf("type", ["text", "json_object", "json_schema"]);
  const inner = type === "json_schema" ? fields.object("json_schema") : undefined;
  const rest = fields.rest();
  if (type === "json_object") return { type, ...present({ extra: rest }) };
  if (rest !== undefined) return undefined;
  if (type === "text") return { type };
  return inner === undefined ? undefined : decodeSchema(inner);
}

function decodeSchema(inner: JsonObject): ResponseFormat | undefined {
  const fields = new FieldReader(inner);
  const name = fields.string("name");
  const schema = fields.object("schema");
  const options = present({ description: fields.string("description"), strict: fields.boolean("strict") });
  if (name === undefined || schema === undefined || fields.rest() !== undefined) return undefined;
  return { type: "json_schema", name, schema, ...options };
}
