import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Tool, ToolChoice } from "../../model/tool.ts";
import { isObject, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { readAllowedTools } from "../translation/allowed-tools.ts";
import { hasCustom } from "../translation/custom-tools.ts";
import type { ToolNames } from "./tool-names.ts";

/** The tools of a request and the choice among them. */
export interface Choosing {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly changes: readonly Change[];
}

/** Reads `tool_choice`. A choice among some of the tools leaves only those. */
export function decodeToolChoice(choice: JsonField, tools: readonly Tool[], names: ToolNames): Choosing {
  if (choice === "auto" || choice === "none" || choice === "required")
    return { tools, toolChoice: choice, changes: [] };
  if (!isObject(choice)) return { tools, changes: [] };
  if (choice["type"] === "allowed_tools") return allowed(choice, tools, names);
  const name = namedTool(choice, names);
  return { tools, toolChoice: name === undefined ? { raw: choice } : { name }, changes: [] };
}

export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[]): JsonObject | string {
  if (typeof choice === "string") return choice;
  if ("raw" in choice) return choice.raw;
  return { type: hasCustom(tools, choice.name) ? "custom" : "function", name: choice.name };
}

function allowed(choice: JsonObject, tools: readonly Tool[], names: ToolNames): Choosing {
  const { change, entries, toolChoice } = readAllowedTools(choice);
  const kept = tools.filter((tool) => entries.some((entry) => isMeant(tool, entry, names)));
  return { tools: kept, toolChoice, changes: [change] };
}

function isMeant(tool: Tool, entry: JsonObject, names: ToolNames): boolean {
  const name = namedTool(entry, names);
  if (!("raw" in tool)) return name === tool.name;
  const label = entry["server_label"];
  return tool.raw["type"] === entry["type"] && (label === undefined || label === tool.raw["server_label"]);
}

function namedTool(entry: JsonObject, names: ToolNames): string | undefined {
  const { type, namespace } = entry;
  if (type !== "function" && type !== "custom") return undefined;
  const name = stringOf(entry["name"]) ?? stringOf(objectOf(entry[type])?.["name"]);
  return name === undefined ? undefined : names.flat(stringOf(namespace), name);
}
