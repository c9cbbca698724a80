import { DONE_EVENT, event } from "../../../conformance/scripted-upstream/reply-bytes.ts";

/** A chunk of a chat stream, as an event. */
export function delta(fields: object, finish: string | null = null, more: object = {}): string {
  const choices = [{ index: 0, delta: fields, finish_reason: finish }];
  return event({ id: "chat-1", object: "chat.completion.chunk", created: 1, model: "m", choices, ...more });
}

export const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

/** A whole stream that says this, with usage and the terminal sign. */
export function saying(...pieces: readonly string[]): string[] {
  return [
    delta({ role: "assistant", content: "" }),
    ...pieces.map((content) => delta({ content })),
    delta({}, "stop"),
    event({ id: "chat-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage: USAGE }),
    DONE_EVENT,
  ];
}

/** A whole reply that says this. */
export function completion(content: string, more: object = {}): object {
  return {
    id: "chat-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: USAGE,
    ...more,
  };
}
