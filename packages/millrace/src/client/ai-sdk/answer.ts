import type {
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3ToolCall,
  LanguageModelV3Usage,
  SharedV3ProviderMetadata,
} from "@ai-sdk/provider";
import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ProviderResponse } from "../../model/response.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { Warning } from "../../model/warning.ts";
import type { SdkWarning } from "./request.ts";

const UNIFIED: Record<FinishReason, LanguageModelV3FinishReason["unified"]> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  content_filter: "content-filter",
  unknown: "other",
};

export function sdkFinishReason(reason: FinishReason, raw: string | null): LanguageModelV3FinishReason {
  return { unified: UNIFIED[reason], raw: raw ?? undefined };
}

/** Numbers the server did not report stay undefined. */
export function sdkUsage(usage: TokenUsage | undefined): LanguageModelV3Usage {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage ?? {};
  return {
    inputTokens: {
      total: promptTokens,
      noCache: difference(promptTokens, (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0)),
      cacheRead: cacheReadTokens,
      cacheWrite: cacheWriteTokens,
    },
    outputTokens: {
      total: completionTokens,
      text: difference(completionTokens, reasoningTokens ?? 0),
      reasoning: reasoningTokens,
    },
    ...(usage === undefined ? {} : { raw: usage.raw }),
  };
}

function difference(total: number | undefined, part: number): number | undefined {
  return total === undefined ? undefined : Math.max(0, total - part);
}

export function sdkToolCall(call: ToolCall): LanguageModelV3ToolCall {
  const metadata = call.extra === undefined ? {} : { providerMetadata: sdkMetadata(call.extra) };
  return { type: "tool-call", toolCallId: call.id, toolName: call.name, input: call.arguments, ...metadata };
}

/** The content that version 3 and version 4 have in common: the only kinds given. */
export type SdkContent = Extract<LanguageModelV3Content, { type: "text" | "reasoning" | "tool-call" }>;

/** Reasoning, text, then calls. A call that was cut off must never be run, so it is left out. */
export function sdkContent(response: ProviderResponse): SdkContent[] {
  const content: SdkContent[] = [];
  const [choice] = response.choices;
  if (choice?.reasoning) content.push({ type: "reasoning", text: choice.reasoning });
  const text = response.text + (choice?.refusal ?? "");
  if (text !== "") content.push({ type: "text", text });
  const whole = response.toolCalls.filter((call) => call.problem !== "incomplete");
  return [...content, ...whole.map(sdkToolCall)];
}

export function sdkWarnings(warnings: readonly Warning[]): SdkWarning[] {
  return warnings.map(({ code, message }) => ({ type: "other", message: `${code}: ${message}` }));
}

/** Kept under our name, so that the next turn can send it back as it was. */
export function sdkMetadata(fields: JsonObject): SharedV3ProviderMetadata {
  return { millrace: fields };
}
