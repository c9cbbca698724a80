import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeClock } from "../../packages/millrace/src/conformance/fake-clock.ts";
import type { Message } from "../../packages/millrace/src/model/message.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import type { ProviderResponse } from "../../packages/millrace/src/model/response.ts";
import { createEmbeddedTransport } from "../../packages/millrace/src/providers/embedded/embedded-transport.ts";
import { HttpProvider } from "../../packages/millrace/src/providers/http-provider.ts";
import { errorOf } from "../../packages/millrace/src/providers/http/testing/failing.ts";
import { localServer } from "../../packages/millrace/src/providers/profiles/base.ts";
import type { Profile } from "../../packages/millrace/src/providers/profiles/profile.ts";
import type { Transport } from "../../packages/millrace/src/providers/transport/transport.ts";
import { scriptedModel } from "../llama-server/scripted-model.ts";

/** A folder in which node-llama-cpp is installed. */
const installed = process.env["MILLRACE_NODE_LLAMA_CPP"] ?? "";

const WEATHER = {
  name: "get_weather",
  description: "What the weather is like",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
    required: ["city"],
  },
};
const PROFILE: Profile = {
  ...localServer,
  id: "embedded",
  label: "Embedded engine",
  aliases: [],
  defaultBaseUrl: "http://embedded.invalid",
  operations: ["chat-completions", "embeddings"],
  streams: "pass",
  health: { path: "/health", from: "base" },
};
const PING = { name: "ping" };
const CONTEXT = 2048;
const IDLE_MS = 600_000;

describe.skipIf(installed === "")("a model in this process", () => {
  const clock = new FakeClock();
  let folder = "";
  let transport: Transport;
  let provider: HttpProvider;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-embedded-"));
    const file = join(folder, "tiny.gguf");
    await writeFile(file, scriptedModel({ name: "tiny", contextLength: 4096 }));
    const model = { file, context: CONTEXT, slots: 2, threads: 1, gpu: "off", idleMs: IDLE_MS } as const;
    transport = createEmbeddedTransport({ clock, model, packageFolders: [installed] });
    provider = new HttpProvider({
      name: "here",
      profile: PROFILE,
      transport,
      retries: 1,
    });
  });
  afterAll(async () => {
    await provider.close();
    await transport.close();
    await rm(folder, { recursive: true });
  });

  const ask = (text: string, more: Partial<InferenceRequest> = {}): Promise<ProviderResponse> =>
    provider.infer({ model: "tiny", prompt: text, temperature: 0, ...more });

  async function load(): Promise<unknown> {
    const reply = await transport.send({
      method: "GET",
      url: "http://embedded.invalid/v1/load",
      headers: {},
      timeouts: { connect: 0, firstByte: 0, firstContent: 0, idle: 0 },
    });
    let text = "";
    for await (const bytes of reply.body) text += Buffer.from(bytes).toString();
    return JSON.parse(text);
  }

  async function untilQuiet(): Promise<void> {
    const quiet = { data: [{ running: 0, waiting: 0 }] };
    await expect.poll(load, { interval: 1, timeout: 10_000 }).toMatchObject(quiet);
  }

  test("is loaded with the first request, and says so", async () => {
    expect(await load()).toMatchObject({ data: [{ state: "unloaded" }] });
    const first = ask("<|say:hello|>");
    await expect.poll(load, { interval: 1 }).toMatchObject({ data: [{ state: "loading" }] });
    expect(await first).toMatchObject({
      text: "Hello! I am a tiny scripted model. Grüße, 世界 👋🏽. Bye now.",
      finishReason: "stop",
      model: "tiny",
      usage: { promptTokens: 20, completionTokens: 15, cacheReadTokens: 0 },
    });
    expect(await load()).toMatchObject({ data: [{ state: "loaded" }] });
  });

  test("keeps what it has read", async () => {
    const { usage } = await ask("<|say:hello|>");
    expect(usage).toMatchObject({ promptTokens: 20, cacheReadTokens: 19 });
  });

  test("streams its words", async () => {
    const words: string[] = [];
    for await (const event of provider.inferStream({ model: "tiny", prompt: "<|say:count|>", temperature: 0 })) {
      if (event.type === "text-delta") words.push(event.text);
    }
    expect(words.length).toBeGreaterThan(100);
    expect(words.join("")).toMatch(/^n1, n2, .* n120,$/u);
  });

  test("shows its reasoning", async () => {
    expect((await ask("<|say:think|>")).choices[0]).toMatchObject({
      text: "The answer is 4.",
      reasoning: "Two and two make four, surely.",
    });
  });

  test("keeps characters whole that are cut between tokens", async () => {
    expect((await ask("<|say:split|>")).text).toBe("cut:😀 你 done");
  });

  const one = { tools: [WEATHER, PING], parallelToolCalls: false };

  test("calls a tool, and says something before", async () => {
    expect(await ask("<|say:mixed|>", one)).toMatchObject({
      text: "I will look that up. ",
      toolCalls: [{ name: "get_weather", input: { city: expect.any(String) } }],
      finishReason: "tool_calls",
    });
  });

  test("calls one that takes nothing", async () => {
    expect(await ask("<|say:noargs|>", one)).toMatchObject({ toolCalls: [{ name: "ping", arguments: "{}" }] });
  });

  test("may leave out what is optional, and hold to the choices where it does not", async () => {
    expect((await ask("<|say:tool|>", one)).toolCalls).toMatchObject([{ input: { city: "Paris", unit: "celsius" } }]);
  });

  test.each(["required", { name: "ping" }] as const)("calls one where it must: %o", async (toolChoice) => {
    const { toolCalls } = await ask("<|say:hello|>", { ...one, toolChoice });
    expect(toolCalls).toHaveLength(1);
    expect(toolCalls[0]?.name).toMatch(toolChoice === "required" ? /^(ping|get_weather)$/u : /^ping$/u);
  });

  test("reads what a tool gave", async () => {
    const messages: readonly Message[] = [
      { role: "user", content: "How is it?" },
      {
        role: "assistant",
        content: null,
        toolCalls: [{ id: "1", type: "function", name: "get_weather", arguments: '{"city":"Paris"}' }],
      },
      { role: "tool", toolCallId: "1", content: "Sunny. <|say:think|>" },
    ];
    const answer = await provider.infer({ model: "tiny", messages, temperature: 0, tools: [WEATHER] });
    expect(answer.text).toBe("The answer is 4.");
  });

  test("holds to a schema", async () => {
    const schema = {
      type: "object",
      properties: { age: { type: "integer" }, name: { type: "string" } },
      required: ["age", "name"],
    };
    const { text } = await ask("<|say:hello|>", { responseFormat: { type: "json_schema", name: "person", schema } });
    expect(JSON.parse(text)).toEqual({ age: expect.any(Number), name: expect.any(String) });
  });

  test("stops where it is told to", async () => {
    expect(await ask("<|say:count|>", { stop: " n5," })).toMatchObject({
      text: "n1, n2, n3, n4,",
      finishReason: "stop",
    });
  });

  test("ends with its limit, or where the context does", async () => {
    expect(await ask("<|say:count|>", { maxTokens: 5 })).toMatchObject({
      text: "n1, n2, n3, n4, n5,",
      finishReason: "length",
    });
    const { finishReason, usage } = await ask("<|say:loop|>");
    expect(finishReason).toBe("length");
    expect(usage?.totalTokens).toBeGreaterThan(CONTEXT - 20);
  });

  test("refuses what is too long for it", async () => {
    expect(await errorOf(ask("x".repeat(4000)))).toMatchObject({
      kind: "context_overflow",
      failure: { details: { promptTokens: 4019, contextLength: CONTEXT } },
    });
  });

  test("stops when the caller leaves, in an answer and in a prompt", async () => {
    for (const prompt of ["<|say:loop|>", `${"word ".repeat(390)}<|say:loop|>`]) {
      const leaving = new AbortController();
      const stream = provider.inferStream({ model: "tiny", prompt }, { signal: leaving.signal });
      const left = errorOf(stream.response);
      leaving.abort();
      expect((await left).kind).toBe("cancelled");
    }
    await untilQuiet();
  });

  test("answers several at once, and lets others wait", async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map((each) => ask(`${each} <|say:count|>`, { maxTokens: 30 })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test("makes vectors of length 1", async () => {
    const { usage, vectors } = await provider.embeddings({ model: "tiny", input: ["hello", "hello", "world"] });
    expect(vectors.map((vector) => Math.round(Math.hypot(...vector) * 1e6))).toEqual([1e6, 1e6, 1e6]);
    expect(vectors[0]).toEqual(vectors[1]);
    expect(vectors[0]).not.toEqual(vectors[2]);
    expect(usage?.promptTokens).toBeGreaterThan(0);
  });

  test("is unloaded when it is idle, and loaded anew", async () => {
    clock.advance(IDLE_MS);
    expect(await load()).toMatchObject({ data: [{ state: "unloaded" }] });
    expect((await provider.healthCheck()).state).toBe("up");
    expect((await ask("<|say:hello|>")).text).toContain("Hello!");
  });

  test("that cannot be read says why", async () => {
    const file = join(folder, "broken.gguf");
    await writeFile(file, Buffer.concat([Buffer.from("GGUF"), Buffer.alloc(200, 3)]));
    const broken = createEmbeddedTransport({
      clock,
      model: { file, gpu: "off", threads: 1 },
      packageFolders: [installed],
    });
    const other = new HttpProvider({ profile: PROFILE, transport: broken, retries: 1 });
    expect(await errorOf(other.infer({ model: "broken", prompt: "Hi" }))).toMatchObject({ code: "model_load_failed" });
    await broken.close();
  });
});
