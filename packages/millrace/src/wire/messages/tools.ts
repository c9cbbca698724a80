import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool, ToolChoice, ToolDefinition } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { fittedSchema } from "../translation/claude-schema.ts";
import { customAsFunction, functionOfCustom } from "../translation/custom-tools.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";

/** Reads a tool. One that the server runs, or knows the arguments of, is kept whole. */
export function decodeTool(tool: JsonObject): Tool {
  const type = tool["type"] ?? "custom";
  const fields = new FieldReader(tool);
  const name = fields.string("name");
  if (type !== "custom" || name === undefined) return { raw: tool };
  fields.any("type");
  const read = present({
    description: fields.string("description"),
    parameters: fields.object("input_schema"),
    strict: fields.boolean("strict"),
    cacheControl: fields.object("cache_control"),
  });
  return { name, ...read, ...present({ extra: fields.rest() }) };
}

/** How tools may be used. */
export interface DecodedChoice {
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
}

const CHOICES: Readonly<Record<string, ToolChoice>> = { auto: "auto", any: "required", none: "none" };

/** Reads `tool_choice`. */
export function decodeToolChoice(choice: JsonField): DecodedChoice {
  if (!isObject(choice)) return {};
  const fields = new FieldReader(choice);
  const type = fields.string("type") ?? "";
  const serial = fields.boolean("disable_parallel_tool_use");
  const name = type === "tool" ? fields.string("name") : undefined;
  const known = name === undefined ? (Object.hasOwn(CHOICES, type) ? CHOICES[type] : undefined) : { name };
  if (known === undefined || fields.rest() !== undefined) return { toolChoice: { raw: choice } };
  return { toolChoice: known, ...(serial !== undefined && { parallelToolCalls: !serial }) };
}

/** The tools of a request, and how they may be used: `mayForce` where the model can be made to call one. */
export function encodeToolFields(request: InferenceRequest, mayForce: boolean, account: EncodingAccount): JsonObject {
  const { tools = [] } = request;
  if (tools.length === 0) return {};
  const choice = encodeToolChoice(request, mayForce, account);
  return { tools: encodeTools(tools, account), ...present({ tool_choice: choice }) };
}

/** In the order given: a cache of the prompt depends on it. */
function encodeTools(tools: readonly Tool[], account: EncodingAccount): readonly JsonObject[] {
  return tools.map((tool, index) => {
    if ("raw" in tool) return tool.raw;
    if (!("type" in tool)) return encodeFunction(tool, account);
    account.reportOnce(customAsFunction(index));
    return encodeFunction(functionOfCustom(tool), account);
  });
}

const STRICT = { field: "tools.parameters", reason: "the server takes no other for strict tools" };

function encodeFunction(tool: ToolDefinition, account: EncodingAccount): JsonObject {
  const { name, description, parameters, strict, cacheControl, extra } = tool;
  const schema = objectSchema(parameters);
  return {
    ...extra,
    name,
    ...present({ description }),
    input_schema: strict === true ? fittedSchema(schema, STRICT, account) : schema,
    ...present({ strict, cache_control: cacheControl }),
  };
}

/** The dialect wants the schema of an object, even of an empty one. */
function objectSchema(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined || Object.keys(parameters).length === 0) return { type: "object", properties: {} };
  return parameters["type"] === undefined ? { type: "object", ...parameters } : parameters;
}

const FORCING_REFUSED = "the server forces no call while the model thinks";

/** `tool_choice`, or nothing where the server does as it likes. */
function encodeToolChoice(
  { toolChoice, parallelToolCalls }: InferenceRequest,
  mayForce: boolean,
  account: EncodingAccount,
): JsonObject | undefined {
  if (typeof toolChoice === "object" && "raw" in toolChoice) return toolChoice.raw;
  const asked = toolChoice === undefined ? undefined : wireChoice(toolChoice);
  const isForced = asked?.["type"] === "any" || asked?.["type"] === "tool";
  if (isForced && !mayForce) account.replaceOnce("tool_choice", "auto", FORCING_REFUSED);
  const choice = isForced && !mayForce ? { type: "auto" } : asked;
  if (parallelToolCalls !== false || choice?.["type"] === "none") return choice;
  return { ...(choice ?? { type: "auto" }), disable_parallel_tool_use: true };
}

function wireChoice(choice: Exclude<ToolChoice, { readonly raw: JsonObject }>): JsonObject {
  if (typeof choice === "object") return { type: "tool", name: choice.name };
  return { type: choice === "required" ? "any" : choice };
}
