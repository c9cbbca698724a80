import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool, ToolChoice, ToolDefinition } from "../../model/tool.ts";
import { fittedSchema } from "../translation/claude-schema.ts";
import { customAsFunction, functionOfCustom } from "../translation/custom-tools.ts";
import { cachePoint } from "./content-blocks.ts";
import type { ContentContext } from "./content-blocks.ts";

/** What of a request is about tools: a field of its own, and what only Anthropic's models understand. */
export interface ToolFields {
  readonly toolConfig?: JsonObject;
  readonly additional: JsonObject;
}

/**
 * The tools of a request. Bedrock refuses calls in the conversation where no tools are defined ("The toolConfig field
 * must be defined when using toolUse and toolResult content blocks", https://github.com/vxcontrol/pentagi/pull/196),
 * as they often are in a request for a summary: then those that were called are defined again, by their names only.
 */
export function toolFields(
  request: Pick<InferenceRequest, "tools" | "toolChoice" | "parallelToolCalls">,
  turns: readonly Message[],
  context: ContentContext,
): ToolFields {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  const called = calledNames(turns);
  if (tools.length === 0 && called.length > 0) {
    context.account.add("tools", "the server refuses calls in a conversation without tools");
    return fieldsOf(
      called.map((name) => spec({ name }, 0, context)),
      "none",
      undefined,
      context,
    );
  }
  if (tools.length === 0 || (toolChoice === "none" && called.length === 0)) return { additional: {} };
  const definitions = tools.flatMap((tool, index) => definition(tool, index, context));
  return fieldsOf(definitions, toolChoice, parallelToolCalls, context);
}

function fieldsOf(
  tools: readonly JsonObject[],
  choice: ToolChoice | undefined,
  parallel: boolean | undefined,
  context: ContentContext,
): ToolFields {
  const own = context.family.anthropicFields ? anthropicChoice(choice, parallel) : undefined;
  if (own !== undefined) return { toolConfig: { tools }, additional: { tool_choice: own } };
  if (parallel === false) context.account.dropOnce("parallel_tool_calls", "the model calls as many as it wants");
  const toolChoice = converseChoice(choice, context);
  return { toolConfig: { tools, ...(toolChoice && { toolChoice }) }, additional: {} };
}

function calledNames(turns: readonly Message[]): readonly string[] {
  return [...new Set(turns.flatMap(({ toolCalls = [] }) => toolCalls.map(({ name }) => name)))];
}

function definition(tool: Tool, index: number, context: ContentContext): readonly JsonObject[] {
  if ("raw" in tool) return [tool.raw];
  if ("type" in tool) {
    context.account.report(customAsFunction(index));
    return [spec(functionOfCustom(tool), index, context)];
  }
  const point = toolCachePoint(tool, context);
  return [spec(tool, index, context), ...(point ? [point] : [])];
}

function toolCachePoint({ cacheControl }: ToolDefinition, context: ContentContext): JsonObject | undefined {
  if (cacheControl === undefined || context.family.toolCachePoints) return cachePoint(cacheControl, context);
  context.account.dropOnce("tools.cache_control", "the model caches no tools by themselves");
  return undefined;
}

const STRICT = { field: "tools.parameters", reason: "the model takes no other for strict tools" };

function spec(tool: ToolDefinition, index: number, { account, family }: ContentContext): JsonObject {
  const { name, description = "", extra } = tool;
  const schema = schemaOf(tool);
  const strict = tool.strict === true && family.schemas;
  if (tool.strict === true && !strict) account.drop(`tools[${index}].strict`, "the model cannot be held to a schema");
  return {
    toolSpec: {
      ...extra,
      name,
      ...(description.trim() !== "" && { description }),
      inputSchema: { json: strict && family.anthropicFields ? fittedSchema(schema, STRICT, account) : schema },
      ...(strict && { strict }),
    },
  };
}

/** The API refuses a schema that is not called an object's. */
function schemaOf({ parameters = {} }: ToolDefinition): JsonObject {
  return parameters["type"] === undefined ? { ...parameters, type: "object" } : parameters;
}

/** What only Anthropic's own field can say; it then says all. */
function anthropicChoice(choice: ToolChoice | undefined, parallel: boolean | undefined): JsonObject | undefined {
  if (choice === "none") return { type: "none" };
  if (parallel !== false || (typeof choice === "object" && "raw" in choice)) return undefined;
  const more = { disable_parallel_tool_use: true };
  if (typeof choice === "object") return { type: "tool", name: choice.name, ...more };
  return { type: choice === "required" ? "any" : "auto", ...more };
}

function converseChoice(choice: ToolChoice | undefined, { account, family }: ContentContext): JsonObject | undefined {
  const { toolChoices } = family;
  if (choice === undefined || choice === "auto") return undefined;
  if (choice === "none") {
    account.replace("tool_choice", "auto", "the server has no word for none, and needs the tools of earlier calls");
    return undefined;
  }
  if (typeof choice === "object" && "raw" in choice) return choice.raw;
  if (choice !== "required" && toolChoices.includes("tool")) return { tool: { name: choice.name } };
  if (!toolChoices.includes("any")) {
    account.dropOnce("tool_choice", "the model decides itself");
    return undefined;
  }
  if (choice !== "required") account.replace("tool_choice", "required", "the model takes no name");
  return { any: {} };
}
