/** The bytes that the soak's model server sends. */

const HEAD = { id: "chatcmpl-soak", created: 1_741_570_283, model: "soak" } as const;
const USAGE = { prompt_tokens: 12, completion_tokens: 20, total_tokens: 32 } as const;
const CHUNK = { ...HEAD, object: "chat.completion.chunk" } as const;

export const WHOLE_ANSWER = {
  ...HEAD,
  object: "chat.completion",
  choices: [
    { index: 0, message: { role: "assistant", content: "The quick brown fox. ".repeat(20) }, finish_reason: "stop" },
  ],
  usage: USAGE,
} as const;

export const VECTORS = {
  object: "list",
  model: "soak",
  data: Array.from({ length: 4 }, (_, index) => ({
    object: "embedding",
    index,
    embedding: Array.from({ length: 64 }, (_unused, at) => Math.sin(index + at)),
  })),
  usage: { prompt_tokens: 8, total_tokens: 8 },
} as const;

export const MODELS = {
  object: "list",
  data: [{ id: "answer", object: "model", created: 1, owned_by: "soak" }],
} as const;

export const ERROR = { error: { message: "Something broke here", type: "server_error", code: "internal" } } as const;

/** The head of a reply. */
export function head(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`;
}

export const STREAM_HEAD: string = head(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked" });

/** An event of a stream, as one chunk of the transfer coding. */
export function event(value: unknown): string {
  return frame(`data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`);
}

function frame(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** The first event, which has no content. */
export const ROLE: string = event({ ...CHUNK, choices: [choice({ role: "assistant", content: "" })] });

/** An event with this content. */
export function content(text: string): string {
  return event({ ...CHUNK, choices: [choice({ content: text })] });
}

/** Everything after the content. */
export const STREAM_END: string =
  event({ ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) +
  event({ ...CHUNK, choices: [], usage: USAGE }) +
  event("[DONE]") +
  "0\r\n\r\n";

function choice(delta: object): object {
  return { index: 0, delta, finish_reason: null };
}
