import type { Change } from "../../model/change.ts";
import type { ContentPart, Message, Role } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool } from "../../model/tool.ts";
import { customAsFunction, functionCallOf, functionOfCustom } from "../translation/custom-tools.ts";
import { effortOfBudget } from "../translation/effort.ts";
import { EncodingAccount } from "../translation/encoding-account.ts";
import { failureSaid, saidToFail } from "../translation/failed-result.ts";
import { breakFor, joinedParts } from "./joined-texts.ts";
import { plainTurns } from "./plain-turns.ts";
import type { ChatExtension, RequestRules } from "./rules.ts";

/** Parameters of OpenAI's platform, by their names in the model and on the wire. */
const PLATFORM_PARAMETERS = [
  ["store", "store"],
  ["metadata", "metadata"],
  ["serviceTier", "service_tier"],
  ["promptCacheKey", "prompt_cache_key"],
  ["safetyIdentifier", "safety_identifier"],
] as const;

/**
 * A request from another dialect as one that a server with these rules understands: what only some servers of this
 * dialect take is mapped or left out, and told.
 */
export function plainRequest(
  request: InferenceRequest,
  rules: RequestRules,
): { readonly request: InferenceRequest; readonly changes: readonly Change[] } {
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
  return { request: sent, changes: [...changes, ...account.changes] };
}

/** What of it the server understands, and what is told of the rest. */
class PlainAccount extends EncodingAccount {
  readonly #understands: readonly ChatExtension[];

  constructor(understands: readonly ChatExtension[]) {
    super();
    this.#understands = understands;
  }

  takes(extension: ChatExtension): boolean {
    return this.#understands.includes(extension);
  }

  /** Whether something may stay; where not, that is told once for each field. */
  keeps(extension: ChatExtension, field: string): boolean {
    if (this.takes(extension)) return true;
    this.dropOnce(field, "the server does not know it");
    return false;
  }
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
  const content = isError === true ? saidToFail(given) : given;
  if (content !== given) account.report(failureSaid(`messages[${index}]`));
  return {
    ...rest,
    content: typeof content === "string" || content === null ? content : plainParts(content, message.role, account),
    ...(toolCalls && { toolCalls: account.takes("custom_tools") ? toolCalls : toolCalls.map(functionCallOf) }),
    ...(reasoningDetails && account.keeps("reasoning_details", "reasoning_details") && { reasoningDetails }),
    ...(cacheControl && account.keeps("cache_control", "cache_control") && { cacheControl }),
  };
}

function plainParts(parts: readonly ContentPart[], role: Role, account: PlainAccount): Message["content"] {
  const plain = parts.map((part): ContentPart => {
    if (!("cacheControl" in part) || part.cacheControl === undefined) return part;
    if (account.keeps("cache_control", "cache_control")) return part;
    const { cacheControl: _mark, ...unmarked } = part;
    return unmarked;
  });
  return joinedParts(plain, breakFor(role));
}
