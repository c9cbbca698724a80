import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool, ToolChoice, ToolDefinition } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json/read.ts";
import { customAsFunction, functionOfCustom } from "../translation/custom-tools.ts";
import { jsonSchemaOf } from "./schema.ts";
import { camelFields, camelObject, camelObjects } from "./spelling.ts";

/** The tools of a request and which of them must be called; `rest` is what of `toolConfig` has no name in the model. */
export interface DecodedTools {
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly rest?: JsonObject;
}

export function decodeTools(body: JsonObject): DecodedTools {
  const tools = camelObjects(body["tools"]).flatMap(decodeTool);
  const { choice, allowed, rest } = decodeToolConfig(camelObject(body["toolConfig"]) ?? {});
  // One of several that must be called is one of the offer, were only they offered.
  const offered = allowed === undefined ? tools : tools.filter((tool) => "raw" in tool || allowed.includes(tool.name));
  return {
    ...(tools.length > 0 && { tools: offered }),
    ...(choice !== undefined && { toolChoice: choice }),
    ...(rest && { rest }),
  };
}

function decodeTool(tool: JsonObject): readonly Tool[] {
  return Object.entries(tool).flatMap(([kind, value]): readonly Tool[] => {
    if (value === undefined) return [];
    if (kind !== "functionDeclarations") return [{ raw: { [kind]: value } }];
    return camelObjects(value).map(decodeDeclaration);
  });
}

function decodeDeclaration(declaration: JsonObject): ToolDefinition {
  const reader = new FieldReader(declaration);
  const name = reader.string("name") ?? "";
  const description = reader.string("description");
  const json = reader.object("parametersJsonSchema");
  const own = json === undefined ? reader.object("parameters") : undefined;
  const parameters = json ?? (own && jsonSchemaOf(own));
  return { name, ...present({ description, parameters, extra: reader.rest() }) };
}

interface DecodedToolConfig {
  readonly choice?: ToolChoice;
  readonly allowed?: readonly string[];
  readonly rest?: JsonObject;
}

const CHOICES: Readonly<Record<string, ToolChoice>> = { AUTO: "auto", NONE: "none", ANY: "required" };

function decodeToolConfig(config: JsonObject): DecodedToolConfig {
  const { functionCallingConfig, ...others } = config;
  const calling = camelObject(functionCallingConfig) ?? {};
  const mode = stringOf(calling["mode"])?.toUpperCase() ?? "";
  const choice = CHOICES[mode];
  const { mode: _mode, allowedFunctionNames, ...more } = calling;
  if (choice === undefined) return { ...present({ rest: restOf(others, calling) }) };
  const names = arrayOf(allowedFunctionNames).filter((name) => typeof name === "string");
  const [only] = names;
  const rest = present({ rest: restOf(others, more) });
  if (choice !== "required" || only === undefined) return { choice, ...rest };
  return names.length === 1 ? { choice: { name: only }, ...rest } : { choice, allowed: names, ...rest };
}

function restOf(config: JsonObject, calling: JsonObject): JsonObject | undefined {
  const rest = { ...config, ...(Object.keys(calling).length > 0 && { functionCallingConfig: calling }) };
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** What a request sends of its tools. */
export interface EncodedTools {
  readonly fields: JsonObject;
  readonly changes: readonly Change[];
}

export function encodeTools(request: InferenceRequest): EncodedTools {
  const changes: Change[] = [];
  const declarations: JsonObject[] = [];
  const others: JsonObject[] = [];
  for (const [index, tool] of (request.tools ?? []).entries()) {
    if ("raw" in tool) others.push(camelFields(tool.raw));
    else declarations.push(encodeFunction(tool, index, changes));
  }
  const search = encodeSearch(request, declarations.length + others.length, changes);
  const tools = [
    ...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []),
    ...others,
    ...(search ? [search] : []),
  ];
  if (request.parallelToolCalls === false && declarations.length > 0) {
    changes.push({
      field: "parallel_tool_calls",
      action: "dropped",
      reason: "the dialect cannot forbid several calls",
    });
  }
  const config = encodeToolConfig(request, declarations.length > 0);
  return { fields: present({ tools: tools.length > 0 ? tools : undefined, toolConfig: config }), changes };
}

function encodeFunction(
  tool: Exclude<Tool, { readonly raw: JsonObject }>,
  index: number,
  changes: Change[],
): JsonObject {
  const isCustom = "type" in tool;
  if (isCustom) changes.push(customAsFunction(index));
  const { name, description, parameters, strict, extra }: ToolDefinition = isCustom ? functionOfCustom(tool) : tool;
  if (strict === true) {
    const reason = "the dialect cannot hold the model to one tool's schema";
    changes.push({ field: `tools[${index}].strict`, action: "dropped", reason });
  }
  return {
    ...extra,
    name,
    ...present({ description, parametersJsonSchema: takesSomething(parameters) }),
  };
}

/** Servers refuse the schema of an object that has no properties; a function without a schema takes nothing. */
function takesSomething(parameters: JsonObject | undefined): JsonObject | undefined {
  if (parameters === undefined || parameters["type"] !== "object") return parameters;
  const { properties, additionalProperties, type: _type, $schema: _schema, required: _required, ...rest } = parameters;
  const isEmpty = properties === undefined || Object.keys(objectOf(properties) ?? {}).length === 0;
  const isClosed = additionalProperties === undefined || additionalProperties === false;
  return isEmpty && isClosed && Object.keys(rest).length === 0 ? undefined : parameters;
}

/** The server searches the web as a tool of its own, which cannot stand beside functions. */
function encodeSearch(
  { webSearchOptions }: InferenceRequest,
  tools: number,
  changes: Change[],
): JsonObject | undefined {
  if (webSearchOptions === undefined) return undefined;
  if (tools === 0) return { googleSearch: {} };
  const reason = "the server cannot search beside other tools";
  changes.push({ field: "web_search_options", action: "dropped", reason });
  return undefined;
}

function encodeToolConfig({ toolChoice, extra }: InferenceRequest, hasFunctions: boolean): JsonObject | undefined {
  const calling = hasFunctions ? encodeChoice(toolChoice) : undefined;
  const own = objectOf(extra?.["toolConfig"]);
  if (own === undefined) return calling && { functionCallingConfig: calling };
  const { functionCallingConfig, ...others } = own;
  const more = isObject(functionCallingConfig) ? functionCallingConfig : undefined;
  if (calling === undefined && more === undefined) return own;
  return { ...others, functionCallingConfig: { ...calling, ...more } };
}

const MODES: Readonly<Record<string, JsonObject>> = {
  auto: { mode: "AUTO" },
  none: { mode: "NONE" },
  required: { mode: "ANY" },
};

function encodeChoice(choice: ToolChoice | undefined): JsonObject | undefined {
  if (choice === undefined) return undefined;
  if (typeof choice === "string") return MODES[choice];
  if ("raw" in choice) return choice.raw;
  return { mode: "ANY", allowedFunctionNames: [choice.name] };
}
