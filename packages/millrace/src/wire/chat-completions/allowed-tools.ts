import type { InferenceRequest } from "../../model/request.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Tool } from "../../model/tool.ts";
import { objectOf, stringOf } from "../json/read.ts";
import { readAllowedTools } from "../translation/allowed-tools.ts";
import type { DecodedRequest } from "../translation/codec.ts";

/** A request in which a choice among some of the tools leaves only those: no other dialect but Responses has such a choice. */
export function withAllowedTools(request: InferenceRequest): DecodedRequest {
  const { tools = [], toolChoice, ...rest } = request;
  const choice = typeof toolChoice === "object" && "raw" in toolChoice ? toolChoice.raw : undefined;
  if (choice?.["type"] !== "allowed_tools") return { request, changes: [] };
  const { change, entries, toolChoice: among } = readAllowedTools(choice);
  const names = new Set(entries.map(nameIn));
  const kept = tools.filter((tool) => isNamed(tool, names));
  return { request: { ...rest, ...(kept.length > 0 && { tools: kept, toolChoice: among }) }, changes: [change] };
}

function nameIn({ type, name, ...inner }: JsonObject): string | undefined {
  return stringOf(name) ?? stringOf(objectOf(inner[stringOf(type) ?? ""])?.["name"]);
}

function isNamed(tool: Tool, names: ReadonlySet<string | undefined>): boolean {
  return !("raw" in tool) && names.has(tool.name);
}
