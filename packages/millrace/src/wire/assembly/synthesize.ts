import type { Choice, InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";

/**
 * A whole answer as the events of a stream, `start` to `finish`: for callers who asked for a stream of
 * a server that gave one reply.
 */
export function eventsOf(response: InferenceResponse): StreamEvent[] {
  const { id, model, created, extra, usage, warnings, choices } = response;
  return [
    { type: "start", id, model, ...(created !== undefined && { created }) },
    ...(extra ? [{ type: "metadata", fields: extra } as const] : []),
    ...choices.flatMap(contentOf),
    ...(usage ? [{ type: "usage", usage } as const] : []),
    ...warnings.map((warning) => ({ type: "warning", warning }) as const),
    ...choices.map(finishOf),
    { type: "finish", response },
  ];
}

function contentOf(answer: Choice): StreamEvent[] {
  const { index: choice, extra, logprobs, reasoning, reasoningDetails, text, refusal, audio } = answer;
  return [
    ...(extra ? [{ type: "metadata", choice, fields: extra } as const] : []),
    ...(logprobs ? [{ type: "logprobs", choice, logprobs } as const] : []),
    ...(reasoning === undefined ? [] : [{ type: "reasoning-delta", choice, text: reasoning } as const]),
    ...(reasoningDetails ?? []).map((detail) => ({ type: "reasoning-detail", choice, detail }) as const),
    ...(text === "" ? [] : [{ type: "text-delta", choice, text } as const]),
    ...(refusal === undefined ? [] : [{ type: "refusal-delta", choice, text: refusal } as const]),
    ...(audio ? [{ type: "audio-delta", choice, audio } as const] : []),
    ...answer.toolCalls.flatMap((call, index) => callOf(choice, index, call)),
  ];
}

function callOf(choice: number, index: number, call: ToolCall): StreamEvent[] {
  const { id, name, type: kind, extra, arguments: text } = call;
  return [
    { type: "tool-call-start", choice, index, id, name, kind, ...(extra && { extra }) },
    ...(text === "" ? [] : [{ type: "tool-call-delta", choice, index, text } as const]),
    { type: "tool-call-end", choice, index, call },
  ];
}

function finishOf(answer: Choice): StreamEvent {
  const { index: choice, finishReason: reason, rawFinishReason: rawReason, stopSequence } = answer;
  return { type: "choice-finish", choice, reason, rawReason, ...(stopSequence !== undefined && { stopSequence }) };
}
