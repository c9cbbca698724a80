import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { DONE_EVENT, event } from "../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import type { JsonObject } from "../model/json.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import type { TestGateway } from "./testing/test-gateway.ts";
import { testGateway } from "./testing/test-gateway.ts";
import { keysOf } from "./testing/plan.ts";

const upstreams: ScriptedUpstream[] = [];
const providers: HttpProvider[] = [];

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

type Over = TestGateway & { readonly upstream: ScriptedUpstream };

async function gatewayOver(
  profile: string,
  script: Script,
  plan: Parameters<typeof testGateway>[2] = {},
): Promise<Over> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  const provider = new HttpProvider({ name: "desk", profile, baseUrl: upstream.url, apiKey: "sk-secret" });
  providers.push(provider);
  return { upstream, ...testGateway(new FakeClock(), [provider], plan) };
}

function delta(fields: object, finish: string | null = null, more: object = {}): string {
  const choices = [{ index: 0, delta: fields, finish_reason: finish }];
  return event({ id: "c1", object: "chat.completion.chunk", created: 1, model: "m", choices, ...more });
}

const USAGE = event({ id: "c1", choices: [], usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } });

/** A chat-completions server that says "Hello" and why it ends. */
const hello: Script = (exchange) =>
  exchange.stream([delta({ content: "Hel" }), delta({ content: "lo" }), delta({}, "stop"), USAGE, DONE_EVENT]);

/** The names of a stream's events, or what stands for them in dialects without. */
function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** One request in each dialect, that asks for a stream. */
const ASKED: Readonly<Record<string, { readonly path: string; readonly query?: string; readonly body: JsonObject }>> = {
  messages: {
    path: "/v1/messages",
    body: { model: "desk/m", max_tokens: 50, stream: true, messages: [{ role: "user", content: "hi" }] },
  },
  responses: { path: "/v1/responses", body: { model: "desk/m", stream: true, input: "hi" } },
  gemini: {
    path: "/v1beta/models/desk/m:streamGenerateContent",
    query: "alt=sse",
    body: { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
  },
  "ollama chat": { path: "/api/chat", body: { model: "desk/m", messages: [{ role: "user", content: "hi" }] } },
  "ollama generate": { path: "/api/generate", body: { model: "desk/m", prompt: "hi" } },
};

/** How each dialect's stream ends. */
const LAST: Readonly<Record<string, RegExp>> = {
  messages: /^data: \{"type":"message_stop"\}$/,
  responses: /^data: \{"type":"response\.completed"/,
  gemini: /^data: \{.*"finishReason":"STOP"/,
  "ollama chat": /"done":true/,
  "ollama generate": /"done":true/,
};

describe.each(Object.entries(ASKED))("a client of %s, in front of a chat-completions server", (name, asked) => {
  test("is served in its own dialect, to the terminal sign", async () => {
    const { call, upstream, records } = await gatewayOver("openai-compatible", hello);
    const client = await call(asked);
    expect(client.status).toBe(200);
    expect(lines(client.text).at(-1)).toMatch(LAST[name] ?? /never/);
    expect(JSON.parse(upstream.exchanges[0]?.request.body ?? "")).toMatchObject({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      stream: true,
    });
    expect(records[0]).toMatchObject({ outcome: "completed", model: "desk/m", usage: { promptTokens: 7 } });
  });

  test("an error of the upstream keeps its status and its words", async () => {
    const script: Script = (exchange) => exchange.json({ error: { message: "no such thing as m" } }, 400);
    const { call } = await gatewayOver("openai-compatible", script);
    const client = await call(asked);
    expect(client.status).toBe(400);
    expect(client.text).toContain("no such thing as m");
  });

  test("a stream that is cut ends with an error in band, and without the terminal sign", async () => {
    const script: Script = (exchange) => exchange.stream([delta({ content: "Hel" })]);
    const { call, records } = await gatewayOver("openai-compatible", script);
    const client = await call(asked);
    expect(client.status).toBe(200);
    expect(client.text).toMatch(/error|failed/);
    expect(client.text).not.toMatch(LAST[name] ?? /never/);
    expect(records[0]).toMatchObject({ outcome: "failed" });
  });

  test("what makes no sense is refused in its own shape", async () => {
    const { call, upstream } = await gatewayOver("openai-compatible", hello);
    const client = await call({
      ...asked,
      body: { ...asked.body, model: "desk/m", messages: 7, input: 7, contents: 7, prompt: 7 },
    });
    expect(client.status).toBe(400);
    expect(client.json).toHaveProperty("error");
    expect(upstream.exchanges).toHaveLength(0);
  });
});

describe("what cannot be said to a server", () => {
  const body = { ...ASKED["messages"]?.body, top_k: 4, stream: false };
  const path = "/v1/messages";

  test("is left out, and told", async () => {
    const { call, records } = await gatewayOver("openai", (exchange) =>
      exchange.json({
        id: "c",
        model: "m",
        choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
      }),
    );
    const client = await call({ path, body });
    expect(client.status).toBe(200);
    expect(client.headers["x-millrace-changes"]).toContain("top_k dropped");
    expect(records[0]?.changes.map(({ field }) => field)).toContain("top_k");
  });

  test.each([
    ["in the configuration", { strict: true }, {}],
    ["in a header", {}, { "x-millrace-route": "strict" }],
  ])("is refused where nothing may be left out: %s", async (_where, plan, headers) => {
    const { call, upstream } = await gatewayOver("openai", hello, plan);
    const client = await call({ path, body, headers });
    expect(client.status).toBe(400);
    expect(client.text).toContain("top_k");
    expect(upstream.exchanges).toHaveLength(0);
  });
});

test("what a client shows is not left out where it has no place, but refused", async () => {
  const image = { type: "image", source: { type: "file", file_id: "file_1" } };
  const messages = [{ role: "user", content: [image, { type: "text", text: "What is this?" }] }];
  const { call, upstream } = await gatewayOver("openai", hello);
  const client = await call({ path: "/v1/messages", body: { ...ASKED["messages"]?.body, messages } });
  expect(client.status).toBe(400);
  expect(client.text).toContain("messages[0].content[0]");
  expect(upstream.exchanges).toHaveLength(0);
});

describe("a client of Messages, in front of a Messages server", () => {
  const frames = [
    'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}\n\n',
    'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}\n\n',
    'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
    'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}\n\n',
    'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  ];

  test("the bytes pass, with the headers of the dialect and the model's own name", async () => {
    const { call, upstream, records } = await gatewayOver("anthropic", (exchange) => exchange.stream(frames));
    const headers = { "anthropic-beta": "future-1", "anthropic-version": "2023-01-01", authorization: "Bearer client" };
    const body = { ...ASKED["messages"]?.body, unheard_of: { a: 1 } };
    const client = await call({ path: "/v1/messages", query: "beta=true", headers, body });
    expect(client.text).toBe(frames.join(""));
    const [exchange] = upstream.exchanges;
    expect(JSON.parse(exchange?.request.body ?? "")).toEqual({ ...body, model: "m" });
    expect(exchange?.request.headers).toMatchObject({
      "anthropic-beta": "future-1",
      "anthropic-version": "2023-01-01",
      "x-api-key": "sk-secret",
    });
    expect(exchange?.request.headers).not.toHaveProperty("authorization");
    expect(records[0]).toMatchObject({ outcome: "completed", usage: { promptTokens: 3, completionTokens: 2 } });
  });
});

describe("opaque reasoning that a client's dialect has no place for", () => {
  const thinking: Script = (exchange, index) =>
    exchange.json(
      index === 0
        ? {
            id: "msg_1",
            type: "message",
            role: "assistant",
            model: "m",
            content: [
              { type: "thinking", thinking: "hm", signature: "sig-1" },
              { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } },
            ],
            stop_reason: "tool_use",
            usage: { input_tokens: 3, output_tokens: 2 },
          }
        : {
            id: "msg_2",
            type: "message",
            role: "assistant",
            model: "m",
            content: [{ type: "text", text: "4" }],
            stop_reason: "end_turn",
            usage: { input_tokens: 3, output_tokens: 2 },
          },
    );

  test("comes back to its model by the id of the tool call", async () => {
    const { call, upstream } = await gatewayOver("anthropic", thinking);
    const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
    const messages = [{ role: "user", content: "hi" }];
    await call({ body: { model: "desk/m", messages, tools } });
    // As clients do that know of no opaque reasoning.
    const called = {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "toolu_1", type: "function", function: { name: "f", arguments: '{"a":1}' } }],
    };
    const result = { role: "tool", tool_call_id: "toolu_1", content: "4" };
    const client = await call({ body: { model: "desk/m", messages: [...messages, called, result], tools } });
    expect(client.status).toBe(200);
    const sent = JSON.parse(upstream.exchanges[1]?.request.body ?? "") as { messages: JsonObject[] };
    expect(sent.messages[1]).toMatchObject({
      role: "assistant",
      content: [
        { type: "thinking", thinking: "hm", signature: "sig-1" },
        { type: "tool_use", id: "toolu_1" },
      ],
    });
  });
});

/** A Messages server that thinks twice. */
const thoughtsAndTexts: Script = (exchange) => {
  const blocks = ["thinking", "text", "thinking", "text"].flatMap((type, index): JsonObject[] => {
    const delta =
      type === "text" ? { type: "text_delta", text: `T${index}` } : { type: "thinking_delta", thinking: `R${index}` };
    const signature = { type: "signature_delta", signature: `c2ln${index}===` };
    return [
      {
        type: "content_block_start",
        index,
        content_block: { type, ...(type === "text" ? { text: "" } : { thinking: "" }) },
      },
      { type: "content_block_delta", index, delta },
      ...(type === "text" ? [] : [{ type: "content_block_delta", index, delta: signature }]),
      { type: "content_block_stop", index },
    ];
  });
  return exchange.stream(
    [
      { type: "message_start", message: { id: "msg_1", model: "m", usage: { input_tokens: 3, output_tokens: 1 } } },
      ...blocks,
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } },
      { type: "message_stop" },
    ].map((value) => `data: ${JSON.stringify(value)}\n\n`),
  );
};

/** The response that a stream ended with. */
function completedResponse(text: string): JsonObject & { readonly id: string } {
  const last = lines(text).findLast((line) => line.startsWith("data: ")) ?? "";
  return (JSON.parse(last.slice("data: ".length)) as { readonly response: JsonObject & { readonly id: string } })
    .response;
}

test("a whole answer has its parts in the order in which they came", async () => {
  const { call } = await gatewayOver("anthropic-compatible", thoughtsAndTexts);
  const body = { model: "desk/m", max_tokens: 50, messages: [{ role: "user", content: "hi" }] };
  const { content } = (await call({ path: "/v1/messages", body })).json as { readonly content: readonly JsonObject[] };
  expect(content).toMatchObject([
    { type: "thinking", thinking: "R0", signature: "c2ln0===" },
    { type: "text", text: "T1" },
    { type: "thinking", thinking: "R2", signature: "c2ln2===" },
    { type: "text", text: "T3" },
  ]);
});

describe("Responses that are kept", () => {
  const first = { model: "desk/m", input: "hi" };

  test("a request may go on from one by its id, and it can be looked at and deleted", async () => {
    const { call, upstream } = await gatewayOver("openai-compatible", hello);
    const { id } = (await call({ path: "/v1/responses", body: first })).json as { readonly id: string };
    const next = await call({
      path: "/v1/responses",
      body: { model: "desk/m", previous_response_id: id, input: "and?" },
    });
    expect(next.status).toBe(200);
    expect(JSON.parse(upstream.exchanges[1]?.request.body ?? "")).toMatchObject({
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: "Hello" },
        { role: "user", content: "and?" },
      ],
    });
    const path = `/v1/responses/${id}`;
    expect((await call({ method: "GET", path })).json).toMatchObject({ id, object: "response" });
    expect((await call({ method: "GET", path: `${path}/input_items` })).json).toMatchObject({ object: "list" });
    expect((await call({ method: "DELETE", path })).json).toMatchObject({ id, deleted: true });
    expect((await call({ method: "GET", path })).status).toBe(404);
  });

  test("of a large request is kept and told with all that the client said", async () => {
    const { call, upstream } = await gatewayOver("openai-compatible", hello);
    const instructions = `You are ${"very ".repeat(3000)}careful.`;
    const tools = [{ type: "function", name: "look", description: "Looks. ".repeat(1000), parameters: {} }];
    const input = "long ".repeat(300_000);
    const client = await call({
      path: "/v1/responses",
      body: { ...first, instructions, tools, input, stream: true },
    });
    const given = completedResponse(client.text);
    expect(given).toMatchObject({ instructions, tools });
    await call({ path: "/v1/responses", body: { ...first, previous_response_id: given.id, input: "and?" } });
    expect(JSON.parse(upstream.exchanges[1]?.request.body ?? "")).toMatchObject({
      messages: [{ content: input }, { content: "Hello" }, { content: "and?" }],
    });
  });

  test("is what was streamed, item by item", async () => {
    const { call } = await gatewayOver("anthropic-compatible", thoughtsAndTexts);
    const client = await call({ path: "/v1/responses", body: { ...first, stream: true } });
    const given = completedResponse(client.text);
    expect((given["output"] as JsonObject[]).map(({ type }) => type)).toEqual([
      "reasoning",
      "message",
      "reasoning",
      "message",
    ]);
    expect((await call({ method: "GET", path: `/v1/responses/${given.id}` })).json).toEqual(given);
  });

  test("counts with what is asked on top of it", async () => {
    const { call } = await gatewayOver("openai-compatible", hello);
    const { id } = (await call({ path: "/v1/responses", body: first })).json as { readonly id: string };
    const path = "/v1/responses/input_tokens";
    const count = async (more: JsonObject): Promise<number> =>
      ((await call({ path, body: { ...first, ...more } })).json as { readonly input_tokens: number }).input_tokens;
    expect(await count({ previous_response_id: id })).toBeGreaterThan(await count({}));
  });

  test("one that was not to be kept is not", async () => {
    const { call } = await gatewayOver("openai-compatible", hello);
    const body = { ...first, store: false };
    const { id } = (await call({ path: "/v1/responses", body })).json as { readonly id: string };
    expect((await call({ method: "GET", path: `/v1/responses/${id}` })).status).toBe(404);
  });

  test("one that nobody knows is no beginning", async () => {
    const { call, upstream } = await gatewayOver("openai-compatible", hello);
    const client = await call({ path: "/v1/responses", body: { ...first, previous_response_id: "resp_nobody" } });
    expect(client.status).toBe(400);
    expect(client.text).toContain("previous_response_id");
    expect(upstream.exchanges).toHaveLength(0);
  });
});

describe("a body that belongs to another path", () => {
  test("a Responses request posted to chat completions is answered as a chat", async () => {
    const { call } = await gatewayOver("openai-compatible", hello);
    const client = await call({ path: "/v1/chat/completions", body: { model: "desk/m", input: "hi" } });
    expect(client.json).toMatchObject({ object: "chat.completion", choices: [{ message: { content: "Hello" } }] });
  });

  test("a chat posted to Responses is answered as a response", async () => {
    const { call } = await gatewayOver("openai-compatible", hello);
    const body = { model: "desk/m", messages: [{ role: "user", content: "hi" }] };
    const client = await call({ path: "/v1/responses", body });
    expect(client.json).toMatchObject({ object: "response", status: "completed" });
  });
});

describe("how many tokens a request has", () => {
  const turns = [{ role: "user", content: "hi there" }];
  const contents = [{ role: "user", parts: [{ text: "hi there" }] }];
  const ofMessages = { path: "/v1/messages/count_tokens", body: { model: "desk/m", messages: turns } };
  const questions = [
    ["messages", ofMessages, "input_tokens"],
    ["responses", { path: "/v1/responses/input_tokens", body: { model: "desk/m", input: "hi there" } }, "input_tokens"],
    ["gemini", { path: "/v1beta/models/desk/m:countTokens", body: { contents } }, "totalTokens"],
  ] as const;
  const servers = [
    ["anthropic", "/v1/messages/count_tokens", { model: "m", messages: turns }, "input_tokens"],
    ["openai-responses", "/v1/responses/input_tokens", { model: "m" }, "input_tokens"],
    [
      "gemini",
      "/v1beta/models/m:countTokens",
      { generateContentRequest: { model: "models/m", contents } },
      "totalTokens",
    ],
  ] as const;
  const estimated = { status: 200, headers: { "x-millrace-token-count": "estimated" } };

  test.each(questions)("is estimated for a %s client of a server that only answers", async (_name, question, field) => {
    const { call, upstream } = await gatewayOver("openai-compatible", hello);
    const client = await call(question);
    expect(client).toMatchObject(estimated);
    expect(Number((client.json as JsonObject)[field])).toBeGreaterThan(0);
    expect(upstream.exchanges).toHaveLength(0);
  });

  describe.each(servers)("is counted by the server of the profile %s", (profile, path, asked, told) => {
    test.each(questions)("for a %s client", async (_name, question, field) => {
      const { call, upstream } = await gatewayOver(profile, (exchange) => exchange.json({ [told]: 77 }));
      const client = await call(question);
      expect(client).toMatchObject({ status: 200, headers: { "x-millrace-token-count": "counted" } });
      expect(client.json).toMatchObject({ [field]: 77 });
      const [exchange] = upstream.exchanges;
      expect(exchange?.request.path).toBe(path);
      expect(exchange?.request.json()).toMatchObject(asked);
      // They refuse what only an answer needs.
      expect(exchange?.request.json()).not.toHaveProperty("max_tokens");
      expect(exchange?.request.json()).not.toHaveProperty("store");
    });
  });

  test("is estimated where the server does not say it, whatever it says", async () => {
    const { call } = await gatewayOver("anthropic", (exchange) => exchange.json({ error: { message: "no" } }, 500));
    expect(await call(ofMessages)).toMatchObject(estimated);
  });

  test("is estimated where nobody has the model", async () => {
    const { call } = await gatewayOver("anthropic", (exchange) => exchange.json({ data: [] }));
    expect(await call({ ...ofMessages, body: { model: "nobody", messages: turns } })).toMatchObject(estimated);
  });

  test("is not told of a model that the caller may not use", async () => {
    const keys = keysOf({ "mr-1": { name: "guest", models: ["other"] } });
    const { call, upstream } = await gatewayOver("anthropic", (exchange) => exchange.json({}), { keys });
    expect((await call({ ...ofMessages, headers: { "x-api-key": "mr-1" } })).status).toBe(403);
    expect(upstream.exchanges).toHaveLength(0);
  });
});

describe("vectors, asked for in each dialect", () => {
  const vectors: Script = (exchange) =>
    exchange.json({ object: "list", model: "m", data: [{ index: 0, embedding: [1, 2] }], usage: { prompt_tokens: 2 } });

  test.each<[string, JsonObject, JsonObject]>([
    ["/v1/embeddings", { model: "desk/m", input: "hi" }, { data: [{ embedding: [1, 2] }] }],
    ["/api/embed", { model: "desk/m", input: "hi" }, { embeddings: [[1, 2]] }],
    ["/api/embeddings", { model: "desk/m", prompt: "hi" }, { embedding: [1, 2] }],
    ["/v1beta/models/desk/m:embedContent", { content: { parts: [{ text: "hi" }] } }, { embedding: { values: [1, 2] } }],
  ])("%s", async (path, body, answer) => {
    const { call } = await gatewayOver("openai-compatible", vectors);
    expect((await call({ path, body })).json).toMatchObject(answer);
  });

  test.each([{}, { "x-millrace-route": "strict" }])(
    "nobody is told that what only we asked for was refused",
    async (headers) => {
      const { call, upstream } = await gatewayOver("openai", (exchange, index) =>
        exchange.request.body.includes("encoding_format")
          ? exchange.json({ error: { message: "Unknown parameter: 'encoding_format'" } }, 400)
          : vectors(exchange, index),
      );
      const client = await call({ path: "/api/embed", body: { model: "desk/m", input: "hi" }, headers });
      expect(client.json).toMatchObject({ embeddings: [[1, 2]] });
      expect(client.headers["x-millrace-changes"]).toBeUndefined();
      expect(upstream.exchanges).toHaveLength(2);
    },
  );
});
