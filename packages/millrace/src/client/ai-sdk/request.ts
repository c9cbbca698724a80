import type { SharedV3Warning } from "@ai-sdk/provider";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest, ResponseFormat } from "../../model/request.ts";
import type { ToolChoice, ToolDefinition } from "../../model/tool.ts";
import { messagesOf, ownOptions, type SdkCallOptions } from "./prompt.ts";

/** Both specifications know this much of a warning. */
export type SdkWarning = SharedV3Warning;

/** The request for a call of the SDK, with what of it could not be carried. */
export function requestOf(
  modelId: string,
  options: SdkCallOptions,
): { readonly request: InferenceRequest; readonly warnings: SdkWarning[] } {
  const warnings: SdkWarning[] = [];
  const request: InferenceRequest = {
    model: modelId,
    messages: messagesOf(options.prompt),
    ...defined("maxTokens", options.maxOutputTokens),
    ...defined("temperature", options.temperature),
    ...defined("topP", options.topP),
    ...defined("stop", options.stopSequences),
    ...defined("seed", options.seed),
    ...defined("presencePenalty", options.presencePenalty),
    ...defined("frequencyPenalty", options.frequencyPenalty),
    ...defined("responseFormat", responseFormat(options)),
    ...defined("reasoningEffort", reasoningEffort(options)),
    ...defined("tools", tools(options, warnings)),
    ...defined("toolChoice", toolChoice(options)),
    ...defined("extra", extra(options)),
  };
  return { request, warnings };
}

function defined<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

function responseFormat({ responseFormat: format }: SdkCallOptions): ResponseFormat | undefined {
  if (format?.type !== "json") return undefined;
  if (!format.schema) return { type: "json_object" };
  return {
    type: "json_schema",
    name: format.name ?? "response",
    schema: jsonObject(format.schema),
    ...defined("description", format.description),
  };
}

function reasoningEffort(options: SdkCallOptions): string | undefined {
  const effort = "reasoning" in options ? options.reasoning : undefined;
  return effort === "provider-default" ? undefined : effort;
}

function tools(options: SdkCallOptions, warnings: SdkWarning[]): readonly ToolDefinition[] | undefined {
  return options.tools?.flatMap((tool): readonly ToolDefinition[] => {
    if (tool.type === "provider") {
      warnings.push({ type: "unsupported", feature: `provider tool ${tool.id}` });
      return [];
    }
    const definition: ToolDefinition = {
      name: tool.name,
      parameters: jsonObject(tool.inputSchema),
      ...defined("description", tool.description),
      ...defined("strict", tool.strict),
    };
    return [definition];
  });
}

function toolChoice({ toolChoice: choice }: SdkCallOptions): ToolChoice | undefined {
  return choice?.type === "tool" ? { name: choice.toolName } : choice?.type;
}

function extra(options: SdkCallOptions): JsonObject | undefined {
  const own = ownOptions(options.providerOptions);
  return options.topK === undefined ? own : { top_k: options.topK, ...own };
}

/** A JSON Schema is JSON; its published type just does not say so. */
function jsonObject(schema: object): JsonObject {
  return schema as JsonObject;
}
