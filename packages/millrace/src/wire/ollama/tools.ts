import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool, ToolDefinition } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { objectOf } from "../json/read.ts";
import { objectSchemas, objectSchemasChange } from "../translation/object-schemas.ts";
import { customAsFunction, functionOfCustom } from "../translation/custom-tools.ts";

/** Reads a tool. One of a kind that has no name here is kept whole. */
export function decodeTool(tool: JsonObject): Tool {
  const fields = new FieldReader(tool);
  const inner = fields.object("function");
  const isFunction = fields.string("type") === "function" || tool["type"] === undefined;
  const definition = new FieldReader(inner ?? {});
  const name = definition.string("name");
  if (!isFunction || name === undefined) return { raw: tool };
  const read = present({
    description: definition.string("description"),
    parameters: definition.object("parameters"),
  });
  const extra = { ...fields.rest(), ...present({ function: definition.rest() }) };
  return { name, ...read, ...(Object.keys(extra).length > 0 && { extra }) };
}

/** The tools that the server is told of, and what it cannot be told. It knows no choice of tools. */
export function encodeTools({ tools = [], toolChoice, parallelToolCalls }: InferenceRequest): {
  readonly tools: readonly JsonObject[];
  readonly changes: readonly Change[];
} {
  if (tools.length === 0) return { tools: [], changes: [] };
  const changes: Change[] = [];
  const written = tools.map((tool, index) => ({ name: nameOf(tool), wire: encodeTool(tool, index, changes) }));
  if (parallelToolCalls === false) changes.push(dropped("parallel_tool_calls", "the server knows no such limit"));
  const offered = offeredBy(toolChoice, written, changes);
  return { tools: offered.map(({ wire }) => wire), changes };
}

interface WrittenTool {
  readonly name: string | undefined;
  readonly wire: JsonObject;
}

/** What is left of the tools by the choice: a model cannot call what it does not know. */
function offeredBy(
  choice: InferenceRequest["toolChoice"],
  all: readonly WrittenTool[],
  changes: Change[],
): readonly WrittenTool[] {
  if (choice === undefined || choice === "auto") return all;
  const reason = "the server knows no choice of tools";
  if (choice === "none") {
    changes.push({ field: "tool_choice", action: "replaced", to: "no tools", reason });
    return [];
  }
  const named = typeof choice === "string" || "raw" in choice ? [] : all.filter(({ name }) => name === choice.name);
  if (named.length === 0) {
    changes.push(dropped("tool_choice", reason));
    return all;
  }
  changes.push({ field: "tool_choice", action: "replaced", to: "that tool alone", reason });
  return named;
}

function encodeTool(tool: Tool, index: number, changes: Change[]): JsonObject {
  if ("raw" in tool) return tool.raw;
  if (!("type" in tool)) return encodeFunction(tool, index, changes);
  changes.push(customAsFunction(index));
  return encodeFunction(functionOfCustom(tool), index, changes);
}

function encodeFunction(definition: ToolDefinition, index: number, changes: Change[]): JsonObject {
  const { name, description, parameters, strict, cacheControl, extra = {} } = definition;
  const { function: inner, ...outer } = extra;
  if (strict === true) changes.push(dropped(`tools[${index}].strict`, "the server holds no model to a tool's schema"));
  if (cacheControl !== undefined) changes.push(dropped("cache_control", "the server caches by itself"));
  // A function without arguments has to say so.
  const schema = objectSchemas(parameters ?? { type: "object", properties: {} });
  if (parameters !== undefined && schema !== parameters) changes.push(objectSchemasChange(index));
  return {
    type: "function",
    function: {
      name,
      ...present({ description }),
      parameters: schema,
      ...objectOf(inner),
    },
    ...outer,
  };
}

function nameOf(tool: Tool): string | undefined {
  return "raw" in tool ? undefined : tool.name;
}

function dropped(field: string, reason: string): Change {
  return { field, action: "dropped", reason };
}
