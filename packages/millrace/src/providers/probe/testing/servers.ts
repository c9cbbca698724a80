import { readFileSync } from "node:fs";
import { parseHttpTranscript, type RecordedExchange } from "../../../conformance/recordings/http-transcript.ts";
import type { UpstreamExchange } from "../../../conformance/scripted-upstream/exchange.ts";
import { chunk as httpChunk, streamHead, wholeReply } from "../../../conformance/scripted-upstream/reply-bytes.ts";
import type { JsonObject } from "../../../model/json.ts";
import { isArray, objectOf } from "../../../wire/json/read.ts";
import { answer, chunk, events, USAGE } from "./wire.ts";

type Serve = (exchange: UpstreamExchange) => void | Promise<void>;

const RECORDINGS = new URL("../../../../../../fixtures/llama-server/", import.meta.url);

function recordings(file: string): ReadonlyMap<string, RecordedExchange["reply"]> {
  const exchanges = parseHttpTranscript(readFileSync(new URL(file, RECORDINGS), "utf8"));
  return new Map(exchanges.map(({ title, reply }) => [title, reply]));
}

/** llama-server as it was recorded; where `busy` says so, its slots are at work. */
export function llamaServer(busy: () => boolean = () => false): Serve {
  const discovery = recordings("01-models-props-health.txt");
  const chats = recordings("02-chat-stream.txt");
  const tools = recordings("03-tools.txt");
  const errors = recordings("06-errors.txt");
  const vectors = recordings("09-embeddings-auth.txt");
  const pathOf: Readonly<Record<string, string>> = { "/v1/models": "models", "/models": "models", "/props": "props" };
  return (exchange) => {
    const { method, path } = exchange.request;
    const say = (from: ReadonlyMap<string, RecordedExchange["reply"]>, title: string): Promise<void> => {
      const reply = from.get(title);
      if (reply === undefined) throw new Error(`There is no recording "${title}"`);
      // The recording's own framing is that of its body.
      const headers = reply.headers.filter(([name]) => !/^(content-length|transfer-encoding|connection)$/iu.test(name));
      return exchange.send(
        wholeReply(
          reply.status,
          reply.body,
          Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
        ),
      );
    };
    if (path === "/slots") {
      return exchange.json([{ id: 0, n_ctx: 2048, is_processing: busy() }], 200, { server: "llama.cpp" });
    }
    const known = pathOf[path];
    if (method === "GET")
      return known === undefined ? say(discovery, "one model (not a route)") : say(discovery, known);
    const body = exchange.request.json() as JsonObject;
    if (path === "/v1/embeddings") {
      if (body["dimensions"] !== undefined) return say(vectors, "dimensions is ignored");
      return say(vectors, body["encoding_format"] === "base64" ? "base64" : "float");
    }
    if (!isArray(body["messages"])) return say(errors, "messages not an array");
    if (body["ignore_eos"] === true) return endless(exchange);
    if (body["model"] !== "tiny")
      return say(chats, "unknown model name is accepted and the answer names the loaded one");
    // This server takes a choice that names a tool for none, and the model calls the other one.
    if (body["tools"] !== undefined)
      return say(tools, body["stream"] === true ? "one call, stream" : "one call, non-stream");
    if (body["response_format"] !== undefined) {
      return exchange.json(
        answer({ content: '{"zq_word": "red", "zq_number": 1}' }, "stop", { model: "tiny", usage: USAGE }),
      );
    }
    if (body["max_tokens"] !== undefined && body["stream_options"] !== undefined)
      return say(chats, "stream + include_usage");
    if (body["stream"] === true) return say(chats, "max_tokens 3 -> length");
    if (objectOf((body["messages"] as readonly JsonObject[])[0])?.["role"] === "developer")
      return say(chats, "developer role");
    return say(chats, "max_completion_tokens 3");
  };
}

/** A stream that goes on until its client leaves. */
async function endless(exchange: UpstreamExchange): Promise<void> {
  await exchange.send(streamHead());
  while (!exchange.isClosed) {
    await exchange.send(httpChunk(events([chunk({ content: "1 " })], "")));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** How a made-up server answers; what is not said is as the reference does it. */
export interface Habits {
  readonly get: Readonly<Record<string, unknown>>;
  /** Replies to a model that is not this one. */
  readonly model: string;
  readonly unknownModel?: readonly [status: number, body: unknown];
  readonly invalid?: readonly [status: number, body: unknown];
  readonly notFound?: readonly [status: number, body: unknown];
  /** Whether usage is told, in whole replies and in streams that ask. */
  readonly usage?: boolean;
  readonly streamEnd?: string;
  readonly lineEnd?: string;
  readonly heedsNewLimit?: boolean;
  readonly streamOptions?: "accepted" | "refused";
  readonly call?: (name: string) => JsonObject;
  readonly callDeltas?: (name: string) => readonly JsonObject[];
  readonly heedsToolName?: boolean;
  readonly schema?: boolean;
  readonly reasoningField?: string;
  readonly vector?: (body: JsonObject) => unknown;
}

const REFUSED = { error: { message: "no", type: "invalid_request_error", param: null, code: null } };
const NUMBERS = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30".split(" ");

/** A server that answers by its habits. */
export function server(habits: Habits): Serve {
  return (exchange) => {
    const { method, path } = exchange.request;
    if (method === "GET") {
      const found = habits.get[path];
      if (found === undefined) return refuse(exchange, habits.notFound ?? [404, { error: { message: "Not Found" } }]);
      return typeof found === "string"
        ? exchange.send(wholeReply(200, found, { "content-type": "text/plain" }))
        : exchange.json(found);
    }
    const body = exchange.request.json() as JsonObject;
    if (path === "/api/show" || path === "/v1/embeddings") {
      const found = path === "/api/show" ? habits.get[path] : habits.vector?.(body);
      return found === undefined ? refuse(exchange, habits.notFound ?? [404, REFUSED]) : exchange.json(found);
    }
    if (!isArray(body["messages"])) return refuse(exchange, habits.invalid ?? [400, REFUSED]);
    if (body["model"] !== habits.model && habits.unknownModel !== undefined)
      return refuse(exchange, habits.unknownModel);
    if (body["stream_options"] !== undefined && habits.streamOptions === "refused")
      return refuse(exchange, [400, REFUSED]);
    return body["stream"] === true ? stream(exchange, body, habits) : exchange.json(whole(body, habits));
  };
}

function refuse(exchange: UpstreamExchange, [status, body]: readonly [number, unknown]): Promise<void> {
  return typeof body === "string"
    ? exchange.send(wholeReply(status, body, { "content-type": "text/html" }))
    : exchange.json(body, status);
}

function limitOf(body: JsonObject, { heedsNewLimit = true }: Habits): number {
  return Number(body["max_tokens"] ?? (heedsNewLimit ? body["max_completion_tokens"] : undefined) ?? NUMBERS.length);
}

function calledTool(body: JsonObject, { heedsToolName = true }: Habits): string {
  const named = objectOf(objectOf(body["tool_choice"])?.["function"])?.["name"];
  return heedsToolName && typeof named === "string" ? named : "get_weather";
}

function whole(body: JsonObject, habits: Habits): JsonObject {
  const { usage = true, schema = true, call = standardCall, reasoningField, model } = habits;
  const more = { model, ...(usage ? { usage: USAGE } : {}) };
  if (body["tools"] !== undefined) {
    const calls = [
      call(calledTool(body, habits)),
      { ...call("get_weather"), ...(call("")["id"] === undefined ? {} : { id: "call_2" }) },
    ];
    return answer({ content: null, tool_calls: calls }, "tool_calls", more);
  }
  if (body["response_format"] !== undefined && schema)
    return answer({ content: '{"zq_word":"blue","zq_number":2}' }, "stop", more);
  const limit = limitOf(body, habits);
  const thoughts = reasoningField === undefined ? {} : { [reasoningField]: "Hm." };
  return answer(
    { content: NUMBERS.slice(0, limit).join(" "), ...thoughts },
    limit < NUMBERS.length ? "length" : "stop",
    more,
  );
}

async function stream(exchange: UpstreamExchange, body: JsonObject, habits: Habits): Promise<void> {
  const { usage = true, streamEnd = "data: [DONE]\n\n", lineEnd = "\n", callDeltas = standardDeltas } = habits;
  const told = usage && body["stream_options"] !== undefined;
  const limit = limitOf(body, habits);
  const contents =
    body["tools"] === undefined
      ? [
          ...NUMBERS.slice(0, limit).map((number) => chunk({ content: `${number} ` })),
          chunk({}, limit < NUMBERS.length ? "length" : "stop"),
        ]
      : [
          ...callDeltas(calledTool(body, habits)).map((delta) => chunk({ tool_calls: [delta] })),
          chunk({}, "tool_calls"),
        ];
  const all = [
    chunk({ role: "assistant", content: "" }),
    ...contents,
    ...(told ? [{ ...chunk({}), choices: [], usage: USAGE }] : []),
  ];
  await exchange.stream([events(all, streamEnd).replaceAll("\n", lineEnd)]);
}

function standardCall(name: string): JsonObject {
  return { id: "call_1", type: "function", function: { name, arguments: '{"city":"Rome"}' } };
}

function standardDeltas(name: string): readonly JsonObject[] {
  return [
    { index: 0, id: "call_1", type: "function", function: { name, arguments: "" } },
    { index: 0, function: { arguments: '{"city":' } },
    { index: 0, function: { arguments: '"Rome"}' } },
  ];
}

/** As Ollama is described: bare list, the newer limit ignored, a call in one piece, no forced tool. */
export const ollamaLike: Serve = server({
  model: "qwen3:8b",
  get: {
    "/": "Ollama is running",
    "/v1/models": { object: "list", data: [{ id: "qwen3:8b", object: "model", created: 1, owned_by: "library" }] },
    "/api/version": { version: "0.20.1" },
    "/api/ps": { models: [] },
    "/api/show": { model_info: { "general.architecture": "qwen3", "qwen3.context_length": 40_960 } },
  },
  unknownModel: [404, { error: { message: "model 'x' not found", type: "not_found_error", param: null, code: null } }],
  heedsNewLimit: false,
  heedsToolName: false,
  callDeltas: (name) => [
    { index: 0, id: "call_abc", type: "function", function: { name, arguments: '{"city":"Rome"}' } },
  ],
  reasoningField: "reasoning",
  vector: ({ encoding_format: format }) => vectors(format === "base64" ? "AACAPwAAAEA=" : [1, 2]),
});

/** As vLLM is described: `max_model_len`, its own words for a model it does not have. */
export const vllmLike: Serve = server({
  model: "Qwen/Qwen3-8B",
  get: {
    "/v1/models": {
      object: "list",
      data: [{ id: "Qwen/Qwen3-8B", object: "model", owned_by: "vllm", max_model_len: 32_768 }],
    },
    "/version": { version: "0.21.0" },
  },
  unknownModel: [
    404,
    { error: { message: "The model `x` does not exist.", type: "NotFoundError", param: "model", code: 404 } },
  ],
  notFound: [404, { detail: "Not Found" }],
  vector: ({ dimensions }) => (dimensions === undefined ? vectors([1, 2, 3]) : undefined),
});

/** Nothing is as it should be. */
export const quirky: Serve = server({
  model: "odd",
  get: { "/v1/models": { object: "list", data: [{ id: "odd" }] } },
  usage: false,
  streamEnd: "",
  lineEnd: "\r\n",
  streamOptions: "refused",
  invalid: [422, { detail: [{ loc: ["body", "messages"], msg: "not a list", type: "list_type" }] }],
  notFound: [404, "<html><head><title>Nope</title></head></html>"],
  call: (name) => ({ type: "function", function: { name, arguments: { city: "Rome" } } }),
  callDeltas: (name) => [{ function: { name, arguments: '{"city":"Rome"}' } }],
  schema: false,
});

function vectors(embedding: unknown): unknown {
  return {
    object: "list",
    model: "m",
    data: [{ object: "embedding", index: 0, embedding }],
    usage: { prompt_tokens: 1, total_tokens: 1 },
  };
}
