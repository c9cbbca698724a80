import { describe, expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { FailureKind } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { errorOf } from "../http/testing/failing.ts";
import { HttpProvider } from "../http-provider.ts";
import { PROFILES } from "../profiles/catalog.ts";
import type { ForwardBody, Operation } from "../provider.ts";

function open(): HttpProvider {
  const provider = new HttpProvider({ profile: "simulator" });
  onTestFinished(() => provider.close());
  return provider;
}

async function forward(operation: Operation, model: string, asked: JsonObject): Promise<ForwardBody> {
  const json = { model: `simulator/${model}`, ...asked };
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  const reply = await open().forward({
    operation,
    model,
    body: { bytes, json, outline: json },
    stream: asked["stream"] === true,
  });
  return reply.body;
}

async function passed(body: ForwardBody): Promise<string> {
  if (body.kind !== "byte-stream") throw new Error(`Expected a byte-stream, got a ${body.kind}`);
  let text = "";
  for await (const piece of body.bytes) text += new TextDecoder().decode(body.observer.push(piece));
  return text + new TextDecoder().decode(body.observer.end());
}

test("the simulator is the only provider that calls nobody", () => {
  const inside = [...PROFILES.values()].filter(({ transport }) => transport === "simulator");
  expect(inside.map(({ id }) => id)).toEqual(["simulator"]);
});

describe("a provider of the simulator", () => {
  test("gives a whole answer", async () => {
    expect(await open().infer({ model: "sim-chat", prompt: "[[say the wheel turns]]" })).toMatchObject({
      text: "the wheel turns",
      finishReason: "stop",
      model: "sim-chat",
      provider: "simulator",
      requestId: "sim-1",
      usage: { promptTokens: 4, completionTokens: 3, totalTokens: 7 },
      warnings: [],
    });
  });

  test("gives a stream, reasoning first", async () => {
    const events: StreamEvent[] = [];
    const stream = open().inferStream({ model: "sim-reasoner", prompt: "[[think a b]][[say c d]]" });
    for await (const event of stream) events.push(event);
    const deltas = events.flatMap((event) => ("text" in event ? [[event.type, event.text]] : []));
    expect(deltas).toEqual([
      ["reasoning-delta", "a"],
      ["reasoning-delta", " b"],
      ["text-delta", "c"],
      ["text-delta", " d"],
    ]);
    expect((await stream.response).usage).toMatchObject({ completionTokens: 4, reasoningTokens: 2 });
  });

  test.each(["infer", "inferStream"] as const)("calls a tool (%s)", async (how) => {
    const parameters = { type: "object", properties: { city: { type: "string" } } };
    const request = { model: "sim-chat", prompt: "[[tool weather]]", tools: [{ name: "weather", parameters }] };
    const answer = how === "infer" ? await open().infer(request) : await open().inferStream(request).response;
    expect(answer).toMatchObject({
      finishReason: "tool_calls",
      toolCalls: [{ name: "weather", input: { city: "simulated city" } }],
      warnings: [],
    });
  });

  test("embeds, however the numbers cross the wire", async () => {
    const [floats, packed] = await Promise.all(
      (["float", "base64"] as const).map((encodingFormat) =>
        open().embeddings({ model: "sim-embed", input: ["river", "wheel"], dimensions: 8, encodingFormat }),
      ),
    );
    expect(floats?.vectors.map((vector) => vector.length)).toEqual([8, 8]);
    expect(packed?.vectors).toEqual(floats?.vectors);
  });

  test("lists its models as those of a simulator", async () => {
    expect(await open().listModels()).toMatchObject(
      ["sim-chat", "sim-reasoner", "sim-embed"].map((id) => ({
        id,
        ownedBy: "simulator",
        state: "ready",
        contextLength: 131_072,
      })),
    );
  });

  test("is well", async () => {
    expect(await open().healthCheck()).toMatchObject({ healthy: true, state: "up" });
  });

  test.each<FailureKind>([
    "auth",
    "permission",
    "quota",
    "rate_limit",
    "overloaded",
    "loading",
    "context_overflow",
    "content_filter",
    "bad_request",
    "server",
  ])("fails with %s as asked, before the answer and in the middle of it", async (kind) => {
    const whole = await errorOf(open().infer({ model: "sim-chat", prompt: `[[fail ${kind}]]` }));
    expect(whole.kind).toBe(kind);
    const { response } = open().inferStream({ model: "sim-chat", prompt: `[[say a]][[fail ${kind}]]` });
    const partial = await errorOf(response);
    expect(partial).toMatchObject({ kind, partial: { text: "a" } });
  });

  test("says when to come again", async () => {
    const error = await errorOf(open().infer({ model: "sim-chat", prompt: "[[fail 503]]" }));
    expect(error).toMatchObject({ kind: "overloaded", status: 503, retryAfterMs: 1000 });
  });

  test.each(["infer", "inferStream"] as const)("cuts an answer, which is an error (%s)", async (how) => {
    const request = { model: "sim-chat", prompt: "[[say a]][[cut]]" };
    const answer = how === "infer" ? open().infer(request) : open().inferStream(request).response;
    expect((await errorOf(answer)).kind).toBe("truncated");
  });

  test("runs into the limits of its provider", async () => {
    const clock = new FakeClock();
    const provider = new HttpProvider({ profile: "simulator", clock, timeouts: { firstByte: 50 } });
    const answer = provider.infer({ model: "sim-chat", prompt: "[[hang]]" });
    const ended = errorOf(answer);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(50);
    expect((await ended).failure).toMatchObject({ kind: "timeout", timeoutPhase: "first_byte" });
    await provider.close();
  });

  test("ends its calls when it is closed", async () => {
    const provider = open();
    const stream = provider.inferStream({ model: "sim-chat", prompt: "[[loop]]" });
    const read = (async () => {
      for await (const event of stream) if (event.type === "text-delta") await provider.close();
    })();
    expect((await errorOf(read)).kind).toBe("cancelled");
  });
});

describe("requests are passed on to it", () => {
  const messages = [{ role: "user", content: "[[say a b]]" }];

  test("a chat, whose stream passes as it is", async () => {
    const text = await passed(await forward("chat-completions", "sim-chat", { messages, stream: true }));
    expect(text).toMatch(
      /"delta":\{"content":"a"\}.*"delta":\{"content":" b"\}.*"finish_reason":"stop".*\[DONE\]\n\n$/su,
    );
  });

  test("a chat that wants one document", async () => {
    expect(await forward("chat-completions", "sim-chat", { messages })).toMatchObject({
      kind: "whole",
      model: "sim-chat",
      rawFinishReason: "stop",
      usage: { completionTokens: 2 },
    });
  });

  test.each([false, true])("an older completion (stream: %s)", async (stream) => {
    const body = await forward("completions", "sim-chat", { prompt: "[[say a b]]", stream });
    if (stream) expect(await passed(body)).toMatch(/"text":"a".*"text":" b".*\[DONE\]\n\n$/su);
    else expect(body).toMatchObject({ kind: "whole", usage: { completionTokens: 2 } });
  });

  test("a request for embeddings", async () => {
    const body = await forward("embeddings", "sim-embed", { input: "river" });
    expect(body).toMatchObject({ kind: "whole", usage: { promptTokens: 1 } });
  });
});
