import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import { objectOf, objectsOf } from "../json/read.ts";

/** A choice among some of the tools, which no dialect but OpenAI's two has: elsewhere only those are offered. */
export interface AllowedTools {
  readonly toolChoice: "auto" | "required";
  /** Each names a tool. */
  readonly entries: readonly JsonObject[];
  /** What is told of it. */
  readonly change: Change;
}

/** Reads `allowed_tools`: chat completions have its fields in an object of their own, Responses has not. */
export function readAllowedTools(choice: JsonObject): AllowedTools {
  const { mode, tools } = { ...choice, ...objectOf(choice["allowed_tools"]) };
  const toolChoice = mode === "required" ? "required" : "auto";
  const reason = "only the allowed tools are offered";
  return {
    toolChoice,
    entries: objectsOf(tools),
    change: { field: "tool_choice", action: "replaced", to: toolChoice, reason },
  };
}
