import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { ContentPart, Message } from "../../packages/millrace/src/model/message.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import type { Tool, ToolCall, ToolChoice, ToolDefinition } from "../../packages/millrace/src/model/tool.ts";
import { partsOf } from "../../packages/millrace/src/wire/translation/conversation.ts";
import { PNG } from "./features-conversation.ts";
import type { RequestFeature } from "./request-feature.ts";

const SCHEMA: JsonObject = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const TOOL: ToolDefinition = { name: "get_weather", description: "The weather in a city.", parameters: SCHEMA };
const OTHER: ToolDefinition = { name: "look", description: "A picture.", parameters: SCHEMA };

export const TOOL_FEATURES: readonly RequestFeature[] = [
  { name: "tool", ask: { tools: [TOOL] }, said: (request) => definitionIn(request) },
  {
    name: "tool held to its schema (`strict`)",
    ask: { tools: [{ ...TOOL, strict: true }] },
    beside: { tools: [TOOL] },
    said: ({ tools = [] }) => tools.some((tool) => "strict" in tool && tool.strict === true) || undefined,
  },
  {
    name: "tool of free text",
    ask: { tools: [{ type: "custom", name: "run", description: "Runs a script." }] },
    said: ({ tools = [] }) => tools.flatMap(customName)[0],
  },
  {
    name: "tools in a namespace",
    bodies: {
      responses: {
        tools: [
          {
            type: "namespace",
            name: "town",
            description: "Of towns.",
            tools: [{ type: "function", name: "get_weather", parameters: SCHEMA }],
          },
        ],
      },
    },
    said: ({ tools = [] }) => tools.flatMap((tool) => ("namespace" in tool ? (tool.namespace ?? []) : []))[0],
  },
  {
    name: "hosted tool",
    bodies: {
      responses: { tools: [{ type: "web_search" }] },
      messages: { tools: [{ type: "web_search_20250305", name: "web_search" }] },
      "generate-content": { tools: [{ googleSearch: {} }] },
    },
    said: ({ tools = [] }) => tools.flatMap((tool) => ("raw" in tool ? [tool.raw] : []))[0],
  },
  choice("tool choice: required", "required"),
  choice("tool choice: a named tool", { name: "look" }),
  choice("tool choice: none", "none"),
  {
    name: "no parallel calls",
    ask: { tools: [TOOL], parallelToolCalls: false },
    beside: { tools: [TOOL] },
    said: ({ parallelToolCalls }) => (parallelToolCalls === false ? false : undefined),
  },
  {
    name: "parallel calls and their results",
    ask: history([call("one", "Paris"), call("two", "Oslo")], [result("one", "Rain."), result("two", "Snow.")]),
    said: ({ messages = [] }) => paired(messages),
  },
  {
    name: "tool result that is an image",
    ask: history([call("one", "Paris")], [result("one", [{ type: "image", url: `data:image/png;base64,${PNG}` }])]),
    said: ({ messages = [] }) => {
      const part = messages
        .filter(({ role }) => role === "tool")
        .flatMap(partsOf)
        .find(({ type }) => type === "image");
      return part?.type === "image" ? part.url : undefined;
    },
  },
  {
    name: "tool result that is an error",
    ask: history([call("one", "Paris")], [{ ...result("one", "No answer."), isError: true }]),
    beside: history([call("one", "Paris")], [result("one", "No answer.")]),
    said: ({ messages = [] }) => messages.find(({ role }) => role === "tool")?.isError,
  },
];

function choice(name: string, toolChoice: ToolChoice): RequestFeature {
  return {
    name,
    ask: { tools: [TOOL, OTHER], toolChoice },
    beside: { tools: [TOOL, OTHER] },
    said: (request) => (typeof request.toolChoice === "object" ? { ...request.toolChoice } : request.toolChoice),
  };
}

function call(id: string, city: string): ToolCall {
  return { id, type: "function", name: TOOL.name, arguments: JSON.stringify({ city }), input: { city } };
}

function result(toolCallId: string, content: string | readonly ContentPart[]): Message {
  return { role: "tool", toolCallId, content };
}

function history(toolCalls: readonly ToolCall[], results: readonly Message[]): Partial<InferenceRequest> {
  return {
    tools: [TOOL],
    messages: [{ role: "user", content: "Hello" }, { role: "assistant", content: null, toolCalls }, ...results],
  };
}

/** Each result with the call that it is of, whatever the ids. */
function paired(messages: readonly Message[]): string | undefined {
  const calls = new Map(messages.flatMap(({ toolCalls = [] }) => toolCalls.map((one) => [one.id, one.arguments])));
  const pairs = messages
    .filter(({ role }) => role === "tool")
    .map((message) => {
      const [part] = partsOf(message);
      return `${calls.get(message.toolCallId ?? "") ?? "?"} ${part?.type === "text" ? part.text : "?"}`;
    });
  return pairs.length === 2 ? pairs.join() : undefined;
}

function definitionIn({ tools = [] }: InferenceRequest): JsonObject | undefined {
  const [tool] = tools;
  if (tool === undefined || "raw" in tool || "type" in tool) return undefined;
  return { name: tool.name, description: tool.description, parameters: tool.parameters };
}

function customName(tool: Tool): readonly string[] {
  return "type" in tool ? [tool.name] : [];
}
