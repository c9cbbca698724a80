import type { JsonObject, JsonValue } from "../../packages/millrace/src/model/json.ts";
import type { Message } from "../../packages/millrace/src/model/message.ts";
import type { Choice, InferenceResponse } from "../../packages/millrace/src/model/response.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import type { ToolCall } from "../../packages/millrace/src/model/tool.ts";
import type { TokenUsage } from "../../packages/millrace/src/model/usage.ts";
import { eventsOf } from "../../packages/millrace/src/wire/assembly/synthesize.ts";
import { failureOf } from "../../packages/millrace/src/wire/failure/kinds.ts";

/** An answer as a reader has it. */
export interface ReadAnswer {
  /** The answer, or what had arrived of it. */
  readonly response: InferenceResponse | undefined;
  /** How the stream ended. */
  readonly last: DecodedEvent | undefined;
  /** The turn that is sent back; absent where the answer failed. */
  readonly turn: Message | undefined;
}

/** Something that an answer can say. */
export interface ReplyFeature {
  readonly name: string;
  readonly events: readonly DecodedEvent[];
  /** What of it is in an answer; nothing where it is not there. */
  readonly said: (answer: ReadAnswer) => JsonValue | undefined;
  /** Whether it is there in another form, for dialects without one for it. */
  readonly shown?: (answer: ReadAnswer) => boolean;
  /** The gateway keeps it where a client's dialect has no place for it, until it is sent back. */
  readonly kept?: true;
}

const CALLS: readonly ToolCall[] = ["Oslo", "Rome"].map((city, index) => ({
  id: `call_${index}`,
  type: "function",
  name: "get_weather",
  arguments: JSON.stringify({ city }),
  input: { city },
}));

const SIGNED_CALLS: readonly ToolCall[] = CALLS.map((call) => ({
  ...call,
  extra: { extra_content: { google: { thought_signature: "U2lnbmF0dXJl" } } },
}));

const SIGNED: JsonObject = {
  type: "reasoning.text",
  text: "Easy.",
  signature: "U2lnbmF0dXJl",
  format: "anthropic-claude-v1",
};
const CITATION: JsonObject = {
  type: "url_citation",
  url_citation: { url: "https://example.com", title: "Mills", start_index: 0, end_index: 6 },
};
const LOGPROBS: JsonObject = { content: [{ token: "Hello.", logprob: -0.5, bytes: null, top_logprobs: [] }] };

export const REPLY_FEATURES: readonly ReplyFeature[] = [
  { name: "text", events: answer({}), said: ({ response }) => response?.text || undefined },
  {
    name: "readable reasoning",
    events: answer({ reasoning: "Easy." }),
    said: ({ response }) => response?.choices[0]?.reasoning,
  },
  {
    name: "opaque reasoning, when it is sent back",
    events: answer({ reasoning: "Easy.", reasoningDetails: [SIGNED] }),
    said: ({ turn }) => turn?.reasoningDetails?.[0]?.["signature"] ?? turn?.reasoningDetails?.[0]?.["data"],
  },
  {
    name: "parallel tool calls",
    events: answer({ text: "", toolCalls: CALLS, finishReason: "tool_calls" }),
    said: ({ response }) => response?.toolCalls.map(({ name, input }) => ({ name, input })),
  },
  {
    name: "ids of tool calls",
    events: answer({ text: "", toolCalls: CALLS, finishReason: "tool_calls" }),
    said: ({ response }) => response?.toolCalls.map(({ id }) => id),
  },
  {
    name: "signature of a tool call, when it is sent back",
    events: answer({ text: "", toolCalls: SIGNED_CALLS, finishReason: "tool_calls" }),
    said: ({ turn }) => turn?.toolCalls?.[0]?.extra?.["extra_content"],
    kept: true,
  },
  {
    name: "refusal",
    events: answer({ text: "", refusal: "I will not." }),
    said: ({ response }) => response?.choices[0]?.refusal,
    shown: ({ response }) => response?.text === "I will not.",
  },
  {
    name: "citations",
    events: answer({ extra: { annotations: [CITATION] } }),
    said: ({ response }) => response?.choices[0]?.extra?.["annotations"],
  },
  {
    name: "logprobs",
    events: answer({ logprobs: LOGPROBS }),
    said: ({ response }) => response?.choices[0]?.logprobs,
  },
  usageFeature("token counts", { promptTokens: 20, completionTokens: 10 }, ({ promptTokens, completionTokens }) => [
    promptTokens ?? null,
    completionTokens ?? null,
  ]),
  usageFeature(
    "tokens read from the cache",
    { promptTokens: 20, completionTokens: 10, cacheReadTokens: 16 },
    ({ cacheReadTokens }) => cacheReadTokens || undefined,
  ),
  usageFeature(
    "tokens of reasoning",
    { promptTokens: 20, completionTokens: 10, reasoningTokens: 4 },
    ({ reasoningTokens }) => reasoningTokens || undefined,
  ),
  finish("stop"),
  finish("length"),
  finish("content_filter"),
  {
    name: "finish: tool_calls",
    events: answer({ text: "", toolCalls: CALLS, finishReason: "tool_calls" }),
    said: ({ response }) => (response?.finishReason === "tool_calls" ? "tool_calls" : undefined),
  },
  {
    name: "finish: which stop sequence",
    events: answer({ stopSequence: "END" }),
    said: ({ response }) => response?.choices[0]?.stopSequence,
  },
  {
    name: "failure after content",
    events: failing(),
    said: ({ last, response }) =>
      last?.type === "failure" ? { kind: last.failure.kind, partial: response?.text ?? "" } : undefined,
  },
];

/** The events of an answer with these fields. */
export function answer(fields: Partial<Choice>, usage?: Omit<TokenUsage, "raw">): readonly DecodedEvent[] {
  const choice: Choice = {
    index: 0,
    text: "Hello.",
    toolCalls: [],
    finishReason: "stop",
    rawFinishReason: null,
    ...fields,
  };
  const { text, toolCalls, finishReason } = choice;
  const base = { id: "1", model: "m", created: 1_764_000_000, text, toolCalls, finishReason, choices: [choice] };
  return eventsOf({ ...base, warnings: [], ...(usage && { usage: { ...usage, raw: {} } }) });
}

function usageFeature(
  name: string,
  usage: Omit<TokenUsage, "raw">,
  counts: (usage: TokenUsage) => JsonValue | undefined,
): ReplyFeature {
  return {
    name,
    events: answer({}, usage),
    said: ({ response }) => (response?.usage === undefined ? undefined : counts(response.usage)),
  };
}

function finish(finishReason: "stop" | "length" | "content_filter"): ReplyFeature {
  return {
    name: `finish: ${finishReason}`,
    events: answer({ finishReason }),
    said: ({ response }) => (response?.finishReason === finishReason ? finishReason : undefined),
  };
}

function failing(): readonly DecodedEvent[] {
  const failure = failureOf("overloaded", "The model is overloaded", { partial: true });
  const begun = answer({}).filter(({ type }) => type === "start" || type === "text-delta");
  return [...begun, { type: "failure", failure }];
}
