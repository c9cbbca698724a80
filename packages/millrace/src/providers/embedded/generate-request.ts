import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool, ToolDefinition } from "../../model/tool.ts";
import { refuse } from "../../wire/assembly/request-checks.ts";
import { checkChatRequest, decodeChatRequest } from "../../wire/chat-completions/request.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { present } from "../../wire/failure/present.ts";
import { numberOf, objectOf } from "../../wire/json/read.ts";
import type { EngineTool, GenerateRequest, Sampling } from "./engine.ts";
import { grammarSchema } from "./grammar-schema.ts";
import { turnsOf } from "./turns.ts";

/** A model that goes on calling is stopped. */
const CALLS_MAX = 32;

/** What a chat request asks of the engine, or why it cannot be done. */
export function generateRequest(body: JsonObject): GenerateRequest | Failure {
  const wrong = checkChatRequest(body);
  if (wrong !== undefined) return wrong;
  const request = decodeChatRequest(body);
  const unfit = limitsOf(request);
  if (unfit !== undefined) return unfit;
  const turns = turnsOf(request.messages ?? []);
  if ("kind" in turns) return turns;
  const tools = toolsOf(request);
  if ("kind" in tools) return tools;
  const mustCall = mustCallOf(request, tools);
  if ("kind" in mustCall) return mustCall;
  const shape = shapeOf(request, tools);
  if (typeof shape === "object" && "kind" in shape) return shape;
  return {
    turns,
    tools,
    mustCall,
    maxCalls: request.parallelToolCalls === false ? 1 : CALLS_MAX,
    sampling: samplingOf(request),
    stops: stopsOf(request),
    ...present({ shape, maxTokens: request.maxTokens, maxThinkingTokens: thinkingOf(request) }),
  };
}

function limitsOf({ n = 1, maxTokens = 1 }: InferenceRequest): Failure | undefined {
  if (n > 1) return unsupported("n", "The embedded engine gives one choice: leave `n` out.");
  return maxTokens < 1 ? refuse("max_tokens", `\`max_tokens\` must be 1 or more, not ${maxTokens}`) : undefined;
}

function toolsOf({ tools = [], toolChoice }: InferenceRequest): readonly EngineTool[] | Failure {
  if (toolChoice === "none") return [];
  const foreign = tools.findIndex((tool) => !isFunction(tool));
  if (foreign !== -1) {
    const param = `tools[${foreign}]`;
    return unsupported(param, `\`${param}\` is no function, and the embedded engine calls only those.`);
  }
  return tools.filter(isFunction).map(({ name, description, parameters }) => ({
    name,
    ...present({ description, parameters }),
    ...(takesNothing(parameters) ? {} : { grammar: argumentsGrammar(parameters) }),
  }));
}

function isFunction(tool: Tool): tool is ToolDefinition {
  return "name" in tool && !("type" in tool);
}

function takesNothing(parameters: JsonObject | undefined): boolean {
  return parameters === undefined || Object.keys(objectOf(parameters["properties"]) ?? {}).length === 0;
}

/** Arguments are an object, whatever the schema says besides. */
function argumentsGrammar(parameters: JsonObject = {}): JsonObject {
  const grammar = grammarSchema({ type: "object", ...parameters });
  return grammar["type"] === "object" || "$ref" in grammar ? grammar : { type: "object", additionalProperties: true };
}

function mustCallOf({ toolChoice }: InferenceRequest, tools: readonly EngineTool[]): readonly string[] | Failure {
  if (toolChoice === undefined || toolChoice === "auto" || toolChoice === "none") return [];
  const names = tools.map(({ name }) => name);
  const asked = toolChoice === "required" ? names : namesIn(toolChoice, names);
  if (asked === undefined) return unsupported("tool_choice", "The embedded engine does not know this `tool_choice`.");
  return asked.length > 0 ? asked : refuse("tool_choice", "`tool_choice` asks for a tool that is not among `tools`");
}

function namesIn(
  choice: Exclude<InferenceRequest["toolChoice"], string | undefined>,
  names: readonly string[],
): readonly string[] | undefined {
  return "name" in choice ? names.filter((name) => name === choice.name) : undefined;
}

function shapeOf(
  { responseFormat, extra }: InferenceRequest,
  tools: readonly EngineTool[],
): GenerateRequest["shape"] | Failure {
  if ((extra?.["response_format"] ?? null) !== null) {
    return unsupported("response_format", "The embedded engine does not know this `response_format`.");
  }
  if (responseFormat === undefined || responseFormat.type === "text") return undefined;
  if (tools.length > 0) {
    const how = 'send the one without the other, or `tool_choice: "none"`';
    return unsupported("response_format", `The embedded engine cannot shape an answer that may call tools: ${how}.`);
  }
  return responseFormat.type === "json_object" ? "json" : { grammar: grammarSchema(responseFormat.schema) };
}

function samplingOf(request: InferenceRequest): Sampling {
  const { temperature, topP, topK, seed, presencePenalty, frequencyPenalty, extra } = request;
  const minP = numberOf(extra?.["min_p"]);
  return present({ temperature, topP, topK, minP, seed, presencePenalty, frequencyPenalty });
}

/** The two ways to say that no thinking is wanted, and how much. */
function thinkingOf({ reasoningEffort, reasoningBudget, extra }: InferenceRequest): number | undefined {
  const isOff = objectOf(extra?.["chat_template_kwargs"])?.["enable_thinking"] === false;
  return isOff || reasoningEffort === "none" ? 0 : reasoningBudget;
}

function stopsOf({ stop = [] }: InferenceRequest): readonly string[] {
  return (typeof stop === "string" ? [stop] : stop).filter((text) => text !== "");
}

function unsupported(param: string, message: string): Failure {
  return failureOf("unsupported", message, { param });
}
