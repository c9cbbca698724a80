import type { InferenceRequest } from "../../model/request.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Tool } from "../../model/tool.ts";
import { arrayOf, objectOf, stringOf } from "../json/read.ts";
import type { DecodedRequest } from "../translation/codec.ts";

/** A request in which a choice among some of the tools leaves only those: no other dialect but Responses has such a choice. */
export function withAllowedTools(request: InferenceRequest): DecodedRequest {
  const { tools = [], toolChoice, ...rest } = request;
  const choice = typeof toolChoice === "object" && "raw" in toolChoice ? toolChoice.raw : undefined;
  if (choice?.["type"] !== "allowed_tools") return { request, changes: [] };
  // Responses has both without an object around them.
  const { mode, tools: listed } = { ...choice, ...objectOf(choice["allowed_tools"]) };
  const names = new Set(arrayOf(listed).map(nameIn));
  const kept = tools.filter((tool) => isNamed(tool, names));
  const to = mode === "required" ? "required" : "auto";
  const reason = "only the allowed tools are offered";
  return {
    request: { ...rest, ...(kept.length > 0 && { tools: kept, toolChoice: to }) },
    changes: [{ field: "tool_choice", action: "replaced", to, reason }],
  };
}

function nameIn(entry: JsonValue): string | undefined {
  const { type, name, ...inner } = objectOf(entry) ?? {};
  return stringOf(name) ?? stringOf(objectOf(inner[stringOf(type) ?? ""])?.["name"]);
}

function isNamed(tool: Tool, names: ReadonlySet<string | undefined>): boolean {
  return !("raw" in tool) && names.has(tool.name);
}
