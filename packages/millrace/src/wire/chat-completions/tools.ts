import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ResponseFormat } from "../../model/request.ts";
import type { CustomTool, Tool, ToolChoice, ToolDefinition } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { isObject, objectOf, stringOf } from "../json/read.ts";
import { hasCustom } from "../translation/custom-tools.ts";

/** A tool. Fields of the function that have no name here stand in `extra` under `function`. */
export function encodeTool(tool: Tool): JsonObject {
  if ("raw" in tool) return tool.raw;
  return "type" in tool ? encodeCustom(tool) : encodeFunction(tool);
}

function encodeCustom({ name, description, format, extra }: CustomTool): JsonObject {
  return { type: "custom", custom: { name, ...present({ description, format }) }, ...extra };
}

function encodeFunction(tool: ToolDefinition): JsonObject {
  const { name, description, parameters, strict, cacheControl, extra = {} } = tool;
  const { function: inner, ...outer } = extra;
  return {
    type: "function",
    function: { name, ...present({ description, parameters, strict }), ...objectOf(inner) },
    ...present({ cache_control: cacheControl }),
    ...outer,
  };
}

/** Reads a tool. One of a kind that has no name here is kept whole. */
export function decodeTool(tool: JsonObject): Tool {
  const fields = new FieldReader(tool);
  if (tool["type"] === "custom") return decodeCustom(tool) ?? { raw: tool };
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
  const cacheControl = fields.object("cache_control");
  const extra = { ...fields.rest(), ...present({ function: definition.rest() }) };
  return { name, ...read, ...present({ cacheControl }), ...(Object.keys(extra).length > 0 && { extra }) };
}

/** Nothing where the model could not hold all of it. */
function decodeCustom(tool: JsonObject): CustomTool | undefined {
  const fields = new FieldReader(tool);
  const inner = new FieldReader(fields.object("custom") ?? {});
  fields.any("type");
  const name = inner.string("name");
  const read = present({ description: inner.string("description"), format: inner.object("format") });
  if (name === undefined || inner.rest() !== undefined) return undefined;
  return { type: "custom", name, ...read, ...present({ extra: fields.rest() }) };
}

export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[]): JsonValue {
  if (typeof choice === "string") return choice;
  if ("raw" in choice) return choice.raw;
  const { name } = choice;
  return hasCustom(tools, name) ? { type: "custom", custom: { name } } : { type: "function", function: { name } };
}

/** Reads a choice among these tools, or nothing where the model has no word for it. */
export function decodeToolChoice(choice: JsonValue, tools: readonly Tool[]): ToolChoice | undefined {
  if (choice === "auto" || choice === "none" || choice === "required") return choice;
  if (!isObject(choice)) return undefined;
  const name = chosenName(choice);
  // The model's choice is of a name alone: which kind of tool has it, only the tools tell.
  const isTold = name !== undefined && hasCustom(tools, name) === (choice["type"] === "custom");
  return isTold ? { name } : { raw: choice };
}

/** Nothing where a name would not be all of it. */
function chosenName(choice: JsonObject): string | undefined {
  const { type, ...inner } = choice;
  if (type !== "function" && type !== "custom") return undefined;
  const { [type]: named, ...others } = inner;
  const { name, ...rest } = objectOf(named) ?? {};
  return Object.keys(others).length === 0 && Object.keys(rest).length === 0 ? stringOf(name) : undefined;
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
