import { afterEach, describe, expect, test } from "vitest";
import { chunk, LAST_CHUNK, streamHead } from "../../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { eventFrame } from "../../wire/converse/testing/streams.ts";
import { HttpProvider } from "../http-provider.ts";
import type { ForwardRequest, Operation } from "../provider.ts";
import type { HttpProviderOptions } from "./options.ts";

const upstreams: ScriptedUpstream[] = [];
const providers: HttpProvider[] = [];

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function open(
  options: HttpProviderOptions,
  script: Script,
): Promise<{ readonly provider: HttpProvider; readonly upstream: ScriptedUpstream }> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  const provider = new HttpProvider({ ...options, baseUrl: upstream.url });
  providers.push(provider);
  return { provider, upstream };
}

function sse(...events: readonly JsonObject[]): Script {
  return (exchange) => exchange.stream(events.map((value) => `data: ${JSON.stringify(value)}\n\n`));
}

const converse: Script = async (exchange) => {
  await exchange.send(streamHead({ "content-type": "application/vnd.amazon.eventstream" }));
  for (const event of [
    { messageStart: { role: "assistant" } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi" } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: "end_turn" } },
    { metadata: { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } } },
  ]) {
    await exchange.send(chunk(Buffer.from(eventFrame(event))));
  }
  await exchange.send(LAST_CHUNK);
};

const ollamaLines: Script = async (exchange) => {
  await exchange.stream([
    '{"model":"m","message":{"role":"assistant","content":"Hi"},"done":false}\n',
    '{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}\n',
  ]);
};

interface Case {
  readonly options: HttpProviderOptions;
  readonly script: Script;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: JsonObject;
}

const CASES: Readonly<Record<string, Case>> = {
  anthropic: {
    options: { profile: "anthropic", apiKey: "sk-1" },
    script: sse(
      { type: "message_start", message: { id: "1", model: "m", usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
      { type: "message_stop" },
    ),
    path: "/v1/messages",
    headers: { "x-api-key": "sk-1", "anthropic-version": "2023-06-01" },
    body: { model: "m", messages: [{ role: "user", content: "hi" }], stream: true },
  },
  gemini: {
    options: { profile: "gemini", apiKey: "sk-1" },
    script: sse({
      candidates: [{ index: 0, content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
    }),
    path: "/v1beta/models/m:streamGenerateContent?alt=sse",
    headers: { "x-goog-api-key": "sk-1" },
    body: { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
  },
  "openai-responses": {
    options: { profile: "openai-responses", apiKey: "sk-1" },
    script: sse(
      { type: "response.created", response: { id: "1", model: "m", status: "in_progress" } },
      { type: "response.output_item.added", output_index: 0, item: { id: "i", type: "message", content: [] } },
      { type: "response.output_text.delta", output_index: 0, item_id: "i", content_index: 0, delta: "Hi" },
      {
        type: "response.completed",
        response: {
          id: "1",
          model: "m",
          status: "completed",
          output: [{ id: "i", type: "message", content: [{ type: "output_text", text: "Hi" }] }],
          usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
        },
      },
    ),
    path: "/v1/responses",
    headers: { authorization: "Bearer sk-1" },
    body: { model: "m", stream: true },
  },
  "ollama-native": {
    options: { profile: "ollama-native", context: 32_768 },
    script: ollamaLines,
    path: "/api/chat",
    headers: {},
    body: { model: "m", messages: [{ role: "user", content: "hi" }], options: { num_ctx: 32_768 } },
  },
  bedrock: {
    options: { profile: "bedrock", aws: { region: "eu-central-1", accessKeyId: "AK", secretAccessKey: "very-secret" } },
    script: converse,
    path: "/model/m/converse-stream",
    headers: {
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/eu-central-1\/bedrock\//),
    },
    body: { messages: [{ role: "user", content: [{ text: "hi" }] }] },
  },
  "bedrock with a key of its own": {
    options: { profile: "bedrock", apiKey: "sk-1", aws: { region: "eu-central-1" } },
    script: converse,
    path: "/model/m/converse-stream",
    headers: { authorization: "Bearer sk-1" },
    body: {},
  },
};

describe.each(Object.entries(CASES))("a conversation with %s", (_name, { options, script, path, headers, body }) => {
  test("is held in its own dialect, and comes back as everybody's", async () => {
    const { provider, upstream } = await open(options, script);
    const stream = provider.inferStream({ model: "m", prompt: "hi" });
    let text = "";
    for await (const event of stream) if (event.type === "text-delta") text += event.text;
    expect(text).toBe("Hi");
    expect(await stream.response).toMatchObject({
      text: "Hi",
      finishReason: "stop",
      usage: { promptTokens: 3, completionTokens: 2 },
    });
    const [{ request } = { request: undefined }] = upstream.exchanges;
    expect(request?.path).toBe(path);
    expect(request?.headers).toMatchObject(headers);
    expect(JSON.parse(request?.body ?? "")).toMatchObject(body);
  });
});

function asking(operation: Operation, json: JsonObject, stream: boolean): ForwardRequest {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return { operation, model: "m", body: { bytes, json, outline: json }, stream };
}

describe("a client's own body passes on in its dialect", () => {
  test.each<[string, Operation]>([
    ["anthropic", "messages"],
    ["gemini", "generate-content"],
    ["openai-responses", "responses"],
    ["ollama-native", "ollama-chat"],
  ])("%s, to where streams come from as they are", async (name, operation) => {
    const { options, script, path } = CASES[name] ?? { options: {}, script: sse(), path: "" };
    const { provider, upstream } = await open(options, script);
    const { body } = await provider.forward(asking(operation, { model: "m", stream: true }, true));
    expect(body.kind).toBe("byte-stream");
    expect(upstream.exchanges[0]?.request.path).toBe(path);
    if (body.kind === "byte-stream") await body.bytes[Symbol.asyncIterator]().return?.();
  });

  test.each<[string, string, Operation, boolean]>([
    ["anthropic-compatible", "anthropic", "messages", true],
    ["anthropic-compatible", "anthropic", "messages", false],
    ["responses-compatible", "openai-responses", "responses", true],
    ["responses-compatible", "openai-responses", "responses", false],
  ])(
    "%s, which speaks as %s does: its answer to %s is read and has to be written anew",
    async (profile, name, operation, stream) => {
      const { script } = CASES[name] ?? { script: sse() };
      const { provider, upstream } = await open({ profile }, script);
      const { body } = await provider.forward(asking(operation, { model: "m", stream, unknown: 1 }, stream));
      const events: DecodedEvent[] = [];
      if (body.kind === "event-stream") for await (const batch of body.events) events.push(...batch);
      expect(events.at(-1)).toMatchObject({ type: "finish", response: { text: "Hi", usage: { promptTokens: 3 } } });
      expect(JSON.parse(upstream.exchanges[0]?.request.body ?? "")).toMatchObject({ stream: true, unknown: 1 });
    },
  );
});

describe("requests for vectors pass on in their dialect", () => {
  const text = { content: { parts: [{ text: "hi" }] }, taskType: "RETRIEVAL_DOCUMENT", title: "A" };
  test.each<[string, Operation, JsonObject, readonly [path: string, body: JsonObject], JsonObject]>([
    ["gemini", "embed-content", text, ["/v1beta/models/m:embedContent", text], { embedding: { values: [1, 2] } }],
    [
      "gemini",
      "batch-embed-contents",
      { requests: [text, { ...text, model: "models/fast" }] },
      [
        "/v1beta/models/m:batchEmbedContents",
        {
          requests: [
            { ...text, model: "models/m" },
            { ...text, model: "models/m" },
          ],
        },
      ],
      { embeddings: [{ values: [1, 2] }, { values: [1, 2] }] },
    ],
    [
      "ollama-native",
      "ollama-embed",
      { model: "fast", input: ["hi"], truncate: false, options: { num_ctx: 8192 } },
      ["/api/embed", { model: "m", input: ["hi"], truncate: false, options: { num_ctx: 8192 } }],
      { model: "m", embeddings: [[1, 2]], prompt_eval_count: 3 },
    ],
    [
      "ollama-native",
      "ollama-embeddings",
      { model: "fast", prompt: "hi", keep_alive: "5m" },
      ["/api/embeddings", { model: "m", prompt: "hi", keep_alive: "5m" }],
      { embedding: [1, 2] },
    ],
  ])("%s: %s", async (profile, operation, asked, sent, answer) => {
    const { provider, upstream } = await open({ profile }, (exchange) => exchange.json(answer));
    const { body, changes } = await provider.forward(asking(operation, asked, false));
    const [{ request } = { request: undefined }] = upstream.exchanges;
    expect([request?.path, JSON.parse(request?.body ?? "")]).toEqual(sent);
    expect(changes).toEqual([]);
    expect(body.kind === "whole" && JSON.parse(new TextDecoder().decode(body.bytes))).toEqual(answer);
  });

  test("a reply without any is none", async () => {
    const { provider } = await open({ profile: "gemini" }, (exchange) => exchange.json({}));
    await expect(provider.forward(asking("embed-content", text, false))).rejects.toMatchObject({
      failure: { kind: "protocol" },
    });
  });
});

test("a stream of Gemini's that is wanted as an array is asked for as events, with all that the client said", async () => {
  const { options, script, path } = CASES["gemini"] ?? { options: {}, script: sse(), path: "" };
  const { provider, upstream } = await open(options, script);
  const asked = { contents: [], cachedContent: "cachedContents/1", tools: [{ googleSearch: {} }] };
  const { body, changes } = await provider.forward(asking("generate-content-array", asked, true));
  const [{ request } = { request: undefined }] = upstream.exchanges;
  expect([request?.path, JSON.parse(request?.body ?? ""), changes]).toEqual([path, asked, []]);
  expect(body.kind).toBe("event-stream");
});

test("more texts than the server takes at once are asked for in several requests, and counted together", async () => {
  const { provider, upstream } = await open({ profile: "gemini" }, (exchange) => {
    const { requests } = JSON.parse(exchange.request.body) as { readonly requests: readonly JsonObject[] };
    const usageMetadata = { promptTokenCount: requests.length };
    return exchange.json({ embeddings: requests.map((_, index) => ({ values: [index] })), usageMetadata });
  });
  const input = Array.from({ length: 150 }, (_, index) => `text ${index}`);
  const { vectors, usage } = await provider.embeddings({ model: "m", input });
  expect(upstream.exchanges).toHaveLength(2);
  expect([vectors.length, vectors[99], vectors[100], usage?.promptTokens]).toEqual([150, [99], [0], 150]);
});

test("a secret that signs is never shown", async () => {
  const { options } = CASES["bedrock"] ?? { options: {} };
  const { provider } = await open(options, (exchange) => exchange.json({ message: "bad very-secret" }, 403));
  const error = await provider.infer({ model: "m", prompt: "hi" }).catch((thrown: unknown) => thrown);
  expect(String(error)).not.toContain("very-secret");
});

describe("vectors", () => {
  test.each<[string, JsonObject, string]>([
    ["gemini", { embeddings: [{ values: [1, 2] }] }, "/v1beta/models/m:batchEmbedContents"],
    ["ollama-native", { model: "m", embeddings: [[1, 2]], prompt_eval_count: 2 }, "/api/embed"],
  ])("of %s", async (profile, reply, path) => {
    const { provider, upstream } = await open({ profile }, (exchange) => exchange.json(reply));
    expect((await provider.embeddings({ model: "m", input: "hi" })).vectors).toEqual([[1, 2]]);
    expect(upstream.exchanges[0]?.request.path).toBe(path);
  });
});

describe("lists of models", () => {
  test.each<[string, JsonObject, string, JsonObject]>([
    [
      "anthropic",
      { data: [{ type: "model", id: "claude", display_name: "Claude" }], has_more: false },
      "/v1/models?limit=1000",
      { id: "claude", name: "Claude" },
    ],
    [
      "gemini",
      { models: [{ name: "models/gem", inputTokenLimit: 9, outputTokenLimit: 5 }] },
      "/v1beta/models?pageSize=1000",
      { id: "gem", contextLength: 9, maxOutputTokens: 5 },
    ],
  ])("of %s", async (profile, reply, path, model) => {
    const { provider, upstream } = await open({ profile, apiKey: "sk-1" }, (exchange) => exchange.json(reply));
    expect(await provider.listModels()).toMatchObject([model]);
    expect(upstream.exchanges[0]?.request.path).toBe(path);
  });
});
