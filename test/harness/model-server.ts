import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { UpstreamExchange } from "../../packages/millrace/src/conformance/scripted-upstream/exchange.ts";
import {
  chunk,
  DONE_EVENT,
  event,
  streamHead,
} from "../../packages/millrace/src/conformance/scripted-upstream/reply-bytes.ts";
import type { Script } from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";

/** Answers as a small model server does: a list of models, chat, completions and embeddings, whole or as a stream. */
export const modelServer: Script = (exchange) => {
  const { path, method } = exchange.request;
  if (method === "GET")
    return exchange.json({
      object: "list",
      data: [
        { id: "m", object: "model" },
        { id: "org/m", object: "model" },
      ],
    });
  const body = exchange.request.json() as JsonObject;
  if (path.endsWith("/embeddings")) return exchange.json(VECTORS);
  const shape = path.endsWith("/chat/completions") ? CHAT : COMPLETION;
  return body["stream"] === true
    ? exchange.stream([...shape.events.map(event), DONE_EVENT])
    : exchange.json(shape.whole);
};

/** The `providers` part of a configuration with that server as `desk`. */
export function deskAt(url: string): string {
  return `probe_interval: 0\nproviders:\n  desk: { profile: openai-compatible, base_url: "${url}" }\n`;
}

/** The first words of an answer that goes on: the head of a stream with one event of content. */
export async function beginStream(exchange: UpstreamExchange): Promise<void> {
  await exchange.send(streamHead());
  await exchange.send(chunk(event(CHAT.events[0])));
}

/** The rest of such an answer. */
export async function finishStream(exchange: UpstreamExchange): Promise<void> {
  await exchange.send(chunk(event(CHAT.events[1])));
  await exchange.send(chunk(DONE_EVENT));
  await exchange.send("0\r\n\r\n");
}

const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const VECTORS = {
  object: "list",
  model: "m",
  data: [{ object: "embedding", index: 0, embedding: [0.5] }],
  usage: USAGE,
};

const CHAT = {
  whole: {
    id: "c1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
    usage: USAGE,
  },
  events: [
    {
      id: "c1",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [{ index: 0, delta: { role: "assistant", content: "Hello" }, finish_reason: null }],
    },
    {
      id: "c1",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
      usage: USAGE,
    },
  ],
} as const;

const COMPLETION = {
  whole: {
    id: "c1",
    object: "text_completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, text: "Hello", finish_reason: "stop", logprobs: null }],
    usage: USAGE,
  },
  events: [
    {
      id: "c1",
      object: "text_completion",
      created: 1,
      model: "m",
      choices: [{ index: 0, text: "Hello", finish_reason: "stop", logprobs: null }],
    },
  ],
} as const;
