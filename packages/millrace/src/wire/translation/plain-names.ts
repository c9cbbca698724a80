import type { Failure } from "../../model/failure.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { failureOf } from "../failure/kinds.ts";

/** Why a server cannot be sent a request: its tools may only be called what `plain` fits, and one is called otherwise. */
export function oddToolName({ tools = [], messages = [] }: InferenceRequest, plain: RegExp): Failure | undefined {
  for (const [index, tool] of tools.entries()) {
    if ("name" in tool && !plain.test(tool.name)) return oddName(`tools[${index}].function.name`, tool.name);
  }
  for (const [index, { toolCalls = [] }] of messages.entries()) {
    const at = toolCalls.findIndex(({ name }) => !plain.test(name));
    if (at !== -1) return oddName(`messages[${index}].tool_calls[${at}].function.name`, toolCalls[at]?.name ?? "");
  }
  return undefined;
}

function oddName(param: string, name: string): Failure {
  const message = `\`${param}\` is ${JSON.stringify(name.slice(0, 80))}: this server takes only letters, digits, "_" and "-" in names of tools, and not many of them`;
  return failureOf("unsupported", message, { param });
}
