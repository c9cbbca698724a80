import type { Change } from "../../model/change.ts";
import type { CustomTool, Tool, ToolCall, ToolDefinition } from "../../model/tool.ts";
import { parseJson } from "../json/parse.ts";
import { isObject } from "../json/read.ts";

/** The one argument of a function that stands for a tool of free text. */
const INPUT = "input";

/** A tool of free text as a function with one argument, for a dialect that has functions only. */
export function functionOfCustom({ name, description, format }: CustomTool): ToolDefinition {
  const grammar = format === undefined ? "" : `\n\nThe input must follow this format: ${JSON.stringify(format)}`;
  return {
    name,
    description: `${description ?? ""}${grammar}`.trim(),
    parameters: { type: "object", properties: { [INPUT]: { type: "string" } }, required: [INPUT] },
  };
}

/** Whether one of these tools takes free text and has this name. */
export function hasCustom(tools: readonly Tool[], name: string): boolean {
  return tools.some((tool) => "type" in tool && tool.name === name);
}

/** What is told of a tool that was turned into a function. */
export function customAsFunction(index: number): Change {
  return { field: `tools[${index}]`, action: "replaced", to: "function", reason: "the server knows functions only" };
}

/** An earlier call of such a tool as a call of that function. */
export function functionCallOf(call: ToolCall): ToolCall {
  if (call.type !== "custom") return call;
  const input = { [INPUT]: call.arguments };
  return { ...call, type: "function", arguments: JSON.stringify(input), input };
}

/** The free text in the arguments of such a function; all of them, where a model did not keep to the form. */
export function freeTextOf(argumentsText: string): string {
  const parsed = parseJson(argumentsText);
  const input = parsed.ok && isObject(parsed.value) ? parsed.value[INPUT] : undefined;
  return typeof input === "string" ? input : argumentsText;
}
