import type { JsonObject } from "../../../model/json.ts";
import type { DecodedEvent } from "../../../model/stream-event.ts";
import { finishCall } from "../../assembly/finish-call.ts";
import type { ReadEvent } from "./wire.ts";

export const start: DecodedEvent = { type: "start", id: "chatcmpl-1", model: "qwen", created: 7 };
export const text = (value: string): DecodedEvent => ({ type: "text-delta", choice: 0, text: value });
export const why = (value: string): DecodedEvent => ({ type: "reasoning-delta", choice: 0, text: value });
export const detail = (value: JsonObject): DecodedEvent => ({ type: "reasoning-detail", choice: 0, detail: value });
export const begin = (index: number, name = "f", kind: "function" | "custom" = "function"): DecodedEvent => ({
  type: "tool-call-start",
  choice: 0,
  index,
  id: `call_${index}`,
  name,
  kind,
});
export const piece = (index: number, value: string): DecodedEvent => ({
  type: "tool-call-delta",
  choice: 0,
  index,
  text: value,
});
export const end = (index: number, args: string, cut = false, name = "f"): DecodedEvent => ({
  type: "tool-call-end",
  choice: 0,
  index,
  call: finishCall({ id: `call_${index}`, type: "function", name, arguments: args }, cut).call,
});
export const finish = (reason: "stop" | "length" | "content_filter" | "tool_calls" = "stop"): DecodedEvent[] => [
  { type: "choice-finish", choice: 0, reason, rawReason: reason },
  {
    type: "finish",
    response: { id: "", model: "", text: "", toolCalls: [], finishReason: reason, choices: [], warnings: [] },
  },
];
export const usage: DecodedEvent = {
  type: "usage",
  usage: { promptTokens: 5, completionTokens: 3, totalTokens: 8, cacheReadTokens: 2, reasoningTokens: 1, raw: {} },
};

export const names = (events: readonly ReadEvent[]): string[] =>
  events.map(({ name }) => name.replace("response.", ""));
export const last = (events: readonly ReadEvent[]): JsonObject => (events.at(-1)?.data["response"] ?? {}) as JsonObject;
export const of = (events: readonly ReadEvent[], name: string): readonly JsonObject[] =>
  events.filter((event) => event.name === `response.${name}`).map(({ data }) => data);
