import type { JsonObject } from "../../../model/json.ts";
import type { Reply } from "../question.ts";

/** A reply to a probe, made by hand. */
export function reply(of: Partial<Reply> & { readonly body?: JsonObject }): Reply {
  const { body, text = "", ...rest } = of;
  return {
    question: { method: "POST", path: "/chat/completions", from: "base", ...(body === undefined ? {} : { body }) },
    status: 200,
    headers: { "content-type": "text/event-stream" },
    text,
    json: undefined,
    left: false,
    failure: undefined,
    elapsedMs: 0,
    contentMs: undefined,
    ...rest,
  };
}

/** A whole answer. */
export function answer(message: JsonObject, finish: string | null = "stop", more: JsonObject = {}): JsonObject {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finish }],
    ...more,
  };
}

export function chunk(delta: JsonObject, finish: string | null = null, more: JsonObject = {}): JsonObject {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  };
}

/** Events as they go over the wire, with the end that the reference sends. */
export function events(chunks: readonly JsonObject[], end = "data: [DONE]\n\n"): string {
  return chunks.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("") + end;
}

export const USAGE: JsonObject = { prompt_tokens: 20, completion_tokens: 12, total_tokens: 32 };
