import type { Failure } from "../../model/failure.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { refuse } from "../assembly/request-checks.ts";

/** What is wrong with the tool results of a conversation, if anything is: each must follow the call that it is of. */
export function misplacedResult({ messages = [] }: InferenceRequest): Failure | undefined {
  const called = new Set<string>();
  for (const [index, { role, toolCallId, toolCalls = [] }] of messages.entries()) {
    for (const { id } of toolCalls) called.add(id);
    if (role !== "tool") continue;
    const path = `messages[${index}].tool_call_id`;
    if (toolCallId === undefined)
      return refuse(path, `\`${path}\` is missing: name the call that this is the result of`);
    if (!called.has(toolCallId)) return refuse(path, `\`${path}\` names no call that was made before`);
  }
  return undefined;
}
