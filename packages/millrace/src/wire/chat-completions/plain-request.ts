import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool } from "../../model/tool.ts";
import { customAsFunction, functionCallOf, functionOfCustom } from "../translation/custom-tools.ts";
import { effortOfBudget } from "../translation/effort.ts";
import { failureSaid, saidToFail } from "../translation/failed-result.ts";
import { present } from "../failure/present.ts";
import { PlainAccount } from "./plain-account.ts";
import { plainParts } from "./plain-parts.ts";
import { plainTurns } from "./plain-turns.ts";
import type { RequestRules } from "./rules.ts";

/** Parameters of OpenAI's platform, by their names in the model and on the wire. */
const PLATFORM_PARAMETERS = [
  ["store", "store"],
  ["metadata", "metadata"],
  ["serviceTier", "service_tier"],
  ["promptCacheKey", "prompt_cache_key"],
  ["promptCacheRetention", "prompt_cache_retention"],
  ["safetyIdentifier", "safety_identifier"],
] as const;

/** A request for a server, what was changed in it, and why it cannot be sent at all. */
export interface PlainRequest {
  readonly request: InferenceRequest;
  readonly changes: readonly Change[];
  readonly refusal?: Failure;
}

/**
 * A request from another dialect as one that a server with these rules understands: what only some servers of this
 * dialect take is mapped or left out, and told.
 */
export function plainRequest(request: InferenceRequest, rules: RequestRules): PlainRequest {
  const account = new PlainAccount(rules.understands);
  const {
    reasoningBudget,
    reasoningSummary: _asItComes,
    topK,
    tools,
    system: _system,
    prompt: _prompt,
    ...rest
  } = request;
  const isBudget = reasoningBudget !== undefined && request.reasoningEffort === undefined;
  const effort = isBudget ? effortOfBudget(reasoningBudget) : undefined;
  if (effort !== undefined) account.replace("reasoning_budget", effort, "the server is told an effort");
  const plain: InferenceRequest = {
    ...rest,
    ...(effort !== undefined && { reasoningEffort: effort }),
    ...(topK !== undefined && account.keeps("top_k", "top_k") && { topK }),
    ...(tools && { tools: tools.map((tool, index) => plainTool(tool, index, account)) }),
  };
  const messages = request.messages?.map((message, index) => plainMessage(message, index, account));
  const { turns, changes } = plainTurns({ ...request, ...(messages && { messages }) }, rules);
  const sent = withoutPlatform({ ...plain, messages: turns }, account);
  return { request: sent, changes: [...changes, ...account.changes], ...present({ refusal: account.refusal }) };
}

function withoutPlatform(request: InferenceRequest, account: PlainAccount): InferenceRequest {
  let plain = request;
  for (const [field, wire] of PLATFORM_PARAMETERS) {
    const { [field]: value, ...rest } = plain;
    // Not storing is what every other server does.
    if (value === undefined || (value === false && !account.takes("platform"))) plain = rest;
    else if (!account.keeps("platform", wire)) plain = rest;
  }
  return plain;
}

function plainTool(tool: Tool, index: number, account: PlainAccount): Tool {
  if ("raw" in tool) return tool;
  if ("type" in tool) {
    if (account.takes("custom_tools")) return tool;
    account.report(customAsFunction(index));
    return functionOfCustom(tool);
  }
  const { cacheControl, namespace: _inTheName, ...definition } = tool;
  return cacheControl !== undefined && account.keeps("cache_control", "cache_control")
    ? { ...definition, cacheControl }
    : definition;
}

function plainMessage(message: Message, index: number, account: PlainAccount): Message {
  const { content: given, toolCalls, reasoningDetails, isError, cacheControl, ...rest } = message;
  const path = `messages[${index}]`;
  const content = isError === true ? saidToFail(given) : given;
  if (content !== given) account.report(failureSaid(path));
  return {
    ...rest,
    content:
      typeof content === "string" || content === null
        ? content
        : plainParts(content, { role: message.role, path }, account),
    ...(toolCalls && { toolCalls: account.takes("custom_tools") ? toolCalls : toolCalls.map(functionCallOf) }),
    ...(reasoningDetails && account.keeps("reasoning_details", "reasoning_details") && { reasoningDetails }),
    ...(cacheControl && account.keeps("cache_control", "cache_control") && { cacheControl }),
  };
}
