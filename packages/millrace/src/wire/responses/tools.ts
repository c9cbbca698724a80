import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { CustomTool, Tool, ToolDefinition } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { objectOf } from "../json/read.ts";
import { offeredTools } from "./tool-names.ts";
import type { OfferedTool, ToolNames } from "./tool-names.ts";

export interface DecodedTools {
  readonly tools: readonly Tool[];
  readonly changes: readonly Change[];
}

/** Reads the tools of a request as one list without groups. */
export function decodeTools(body: JsonObject, names: ToolNames): DecodedTools {
  const offered = offeredTools(body);
  const groups = new Set(offered.flatMap(({ namespace, field }) => (namespace === undefined ? [] : [field])));
  return {
    tools: offered.map((tool) => decodeTool(tool, names)),
    changes: [...groups].map((field) => ({ field, action: "replaced", to: "functions", reason: FLATTENED })),
  };
}

const FLATTENED = "a group of tools becomes functions with its name before theirs";

/** Reads a tool. One of a kind that has no name here is kept whole. */
function decodeTool({ tool, namespace }: OfferedTool, names: ToolNames): Tool {
  const fields = new FieldReader(tool);
  const type = fields.string("type");
  const own = fields.string("name");
  if (own === undefined) return { raw: tool };
  const name = names.flat(namespace, own);
  if (type === "custom") return decodeCustom(fields, name);
  return type === "function" ? decodeFunction(fields, name, namespace) : { raw: tool };
}

function decodeFunction(fields: FieldReader, name: string, namespace: string | undefined): ToolDefinition {
  const read = {
    namespace,
    description: fields.string("description"),
    parameters: fields.object("parameters"),
    strict: fields.boolean("strict"),
    cacheControl: fields.object("cache_control"),
  };
  return { name, ...present({ ...read, extra: fields.rest() }) };
}

function decodeCustom(fields: FieldReader, name: string): CustomTool {
  const format = fields.object("format");
  const read = { description: fields.string("description"), format: format && nestedGrammar(format) };
  return { type: "custom", name, ...present({ ...read, extra: fields.rest() }) };
}

/** Chat completions has the grammar in an object of its own; the model's form is that one. */
function nestedGrammar({ type, ...grammar }: JsonObject): JsonObject {
  return type === "grammar" ? { type, grammar } : { ...present({ type }), ...grammar };
}

function flatGrammar({ grammar, ...format }: JsonObject): JsonObject {
  return { ...format, ...objectOf(grammar) };
}

/**
 * Writes a tool. Servers of this dialect hold a model to the schema unless told otherwise, which the others do not, so
 * it is always said.
 */
export function encodeTool(tool: Tool): JsonObject {
  if ("raw" in tool) return tool.raw;
  if ("type" in tool) {
    const { type, name, description, format, extra } = tool;
    return { type, name, ...present({ description, format: format && flatGrammar(format) }), ...extra };
  }
  const { name, description, parameters = NO_PARAMETERS, strict = false, extra } = tool;
  return { type: "function", name, ...present({ description }), parameters, strict, ...extra };
}

const NO_PARAMETERS: JsonObject = { type: "object", properties: {} };
