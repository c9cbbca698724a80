import type { InferenceRequest } from "../../model/request.ts";
import type { Tool } from "../../model/tool.ts";
import type { EncodingAccount } from "./encoding-account.ts";

/**
 * The request for a model that cannot be made to call a tool: it decides itself. Where one tool was named, that one
 * alone is offered.
 */
export function withoutForcedCall(request: InferenceRequest, account: EncodingAccount): InferenceRequest {
  const { toolChoice, tools = [] } = request;
  const name = typeof toolChoice === "object" && "name" in toolChoice ? toolChoice.name : undefined;
  const isForced = name !== undefined || toolChoice === "required";
  if (!isForced || tools.length === 0) return request;
  const named = tools.filter((tool) => nameOf(tool) === name);
  const isNarrowed = named.length > 0 && named.length < tools.length;
  const to = isNarrowed ? "auto, without the other tools" : "auto";
  account.replaceOnce("tool_choice", to, "the model cannot be made to call a tool");
  return { ...request, toolChoice: "auto", ...(isNarrowed && { tools: named }) };
}

function nameOf(tool: Tool): unknown {
  return "raw" in tool ? tool.raw["name"] : tool.name;
}
