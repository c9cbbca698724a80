import { setTimeout as delay } from "node:timers/promises";
import { createScriptedUpstream, type ScriptedUpstream, type UpstreamExchange } from "millrace/conformance";
import { randomOfRequest } from "./random.ts";
import {
  content,
  ERROR,
  event,
  head,
  MODELS,
  ROLE,
  STREAM_END,
  STREAM_HEAD,
  VECTORS,
  WHOLE_ANSWER,
} from "./replies.ts";
import type { Visits } from "./visits.ts";

/** What a model does with one call. */
type Model = (exchange: UpstreamExchange, random: () => number) => Promise<void>;

const TAG = /\[#(\d+)\]/;
/** About one connection in fifty answers is closed after one, as servers do now and then. */
const CLOSING_SHARE = 0.02;
const PARAGRAPH = "A careful editor keeps the second draft. ".repeat(400);
/** 130 paragraphs are 2 MB: more than the sockets on the way hold. */
const LONG_PARAGRAPHS = 130;

/** The text that leads from a call back to the request that caused it. */
export function tagText(tag: number): string {
  return `[#${tag}]`;
}

/** A model server whose models are well, ill, slow or cut, by their names. */
export async function startUpstream(visits: Visits, seed: number): Promise<ScriptedUpstream> {
  const upstream = await createScriptedUpstream(async (exchange) => {
    // What it remembers of its calls is of no use here, and would grow for as long as the soak runs.
    upstream.exchanges.length = 0;
    if (exchange.request.method === "GET") return exchange.json(MODELS);
    const { body } = exchange.request;
    const tag = Number(TAG.exec(body)?.[1]);
    const name = /"model":\s*"([^"]*)"/.exec(body)?.[1] ?? "";
    const model = MODEL_SCRIPTS[name];
    if (model === undefined || Number.isNaN(tag)) throw new Error(`A call that no request leads to: model ${name}`);
    visits.call(tag, exchange);
    await model(exchange, randomOfRequest(seed, -tag));
  });
  return upstream;
}

const answer: Model = async (exchange, random) => {
  const { body } = exchange.request;
  if (random() < CLOSING_SHARE) return answerAndClose(exchange);
  if (!/"stream":\s*true/.test(body)) return exchange.json(WHOLE_ANSWER);
  await exchange.send(STREAM_HEAD + ROLE);
  for (let sent = 0; sent < 20 && !exchange.isClosed; sent += 1) {
    if (random() < 0.5) await delay(random() * 10);
    await exchange.send(content(" brown"));
  }
  await exchange.send(STREAM_END);
};

/** A whole answer, as one that asked for a stream may get it too, and the end of the connection. */
async function answerAndClose(exchange: UpstreamExchange): Promise<void> {
  if (/"stream":\s*true/.test(exchange.request.body)) {
    await exchange.send(STREAM_HEAD.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
    await exchange.send(ROLE + content(" brown") + STREAM_END);
  } else {
    await exchange.json(WHOLE_ANSWER, 200, { connection: "close" });
  }
  exchange.close();
}

async function words(exchange: UpstreamExchange, count: number): Promise<void> {
  await exchange.send(STREAM_HEAD + ROLE);
  for (let sent = 0; sent < count; sent += 1) await exchange.send(content(" brown"));
}

/** The models by name. One that never ends its answer waits to be hung up on. */
const MODEL_SCRIPTS: Readonly<Record<string, Model>> = {
  answer,
  embed: (exchange) => exchange.json(VECTORS),
  "fail-500": (exchange) => exchange.json(ERROR, 500),
  "fail-429": (exchange) => exchange.json(ERROR, 429, { "retry-after": "1" }),
  "reset-in-head": async (exchange) => {
    await exchange.send("HTTP/1.1 200 OK\r\ncontent-ty");
    exchange.reset();
  },
  "cut-before-content": async (exchange) => {
    await words(exchange, 0);
    exchange.close();
  },
  "cut-after-content": async (exchange) => {
    await words(exchange, 3);
    exchange.close();
  },
  "error-before-content": async (exchange) => {
    await exchange.send(STREAM_HEAD + event(ERROR) + "0\r\n\r\n");
  },
  "error-after-content": async (exchange) => {
    await words(exchange, 3);
    await exchange.send(event(ERROR) + "0\r\n\r\n");
  },
  "malformed-event": (exchange) => exchange.send(`${STREAM_HEAD}${event('{"id": "c1", "choices": [{')}0\r\n\r\n`),
  "malformed-document": (exchange) =>
    exchange.send(`${head(200, { "content-type": "application/json", "content-length": "16" })}{"choices": [{"a`),
  "stall-before-content": (exchange) => words(exchange, 0),
  "stall-after-content": (exchange) => words(exchange, 3),
  drip: async (exchange, random) => {
    const bytes = Buffer.from(STREAM_HEAD + ROLE + content(" brown") + STREAM_END);
    for (let at = 0; at < bytes.length && !exchange.isClosed; at += 8) {
      await exchange.send(bytes.subarray(at, at + 8));
      await delay(random() * 20);
    }
  },
  silent: async () => undefined,
  endless: async (exchange) => {
    await words(exchange, 1);
    while (!exchange.isClosed) {
      await delay(10);
      await exchange.send(content(" brown"));
    }
  },
  flood: async (exchange) => {
    await words(exchange, 1);
    await exchange.sendWhileOpen(endlessly(content(PARAGRAPH)));
  },
  long: async (exchange) => {
    await words(exchange, 1);
    await exchange.sendWhileOpen(Array.from({ length: LONG_PARAGRAPHS }, () => content(PARAGRAPH)));
    await exchange.send(STREAM_END);
  },
};

function* endlessly(piece: string): Generator<string> {
  for (;;) yield piece;
}
