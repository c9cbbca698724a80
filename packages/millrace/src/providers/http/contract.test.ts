import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ToolCall } from "../../model/tool.ts";
import { HttpProvider } from "../http-provider.ts";
import type { HttpProviderOptions } from "./options.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion, delta, saying } from "./testing/wire.ts";
import { DONE_EVENT } from "../../conformance/scripted-upstream/reply-bytes.ts";

/** The body that a request goes out with. */
async function bodyOf(request: Omit<InferenceRequest, "model">): Promise<JsonObject> {
  const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("Hello")), {
    streamUpstream: false,
  });
  await provider.infer({ model: "m", ...request });
  return upstream.exchanges[0]?.request.json() as JsonObject;
}

/** The headers that a provider with these options sends. */
async function headersOf(options: HttpProviderOptions): Promise<object> {
  const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("Hello")), options);
  await provider.infer({ model: "m", prompt: "hi" });
  return upstream.exchanges[0]?.request.headers ?? {};
}

/** The calls of an answer whose stream has these fragments, one list per delta. */
async function callsOf(...fragments: readonly (readonly object[])[]): Promise<readonly ToolCall[]> {
  const deltas = fragments.map((calls) => delta({ tool_calls: calls }));
  const { provider } = await openDesk((exchange) => exchange.stream([...deltas, delta({}, "tool_calls"), DONE_EVENT]));
  return (await provider.infer({ model: "m", prompt: "hi" })).toolCalls;
}

const TOOL = { name: "weather", description: "Now", parameters: { type: "object", properties: {} } };

describe("a request becomes a body", () => {
  test("a prompt is one user message", async () => {
    expect(await bodyOf({ prompt: "hi" })).toEqual({ model: "m", messages: [{ role: "user", content: "hi" }] });
  });

  test("a system text goes before the prompt", async () => {
    expect((await bodyOf({ prompt: "hi", system: "Be brief." }))["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "hi" },
    ]);
  });

  test("messages go out in their order", async () => {
    const messages = [
      { role: "user", content: "hi" },
      { role: "assistant", content: "hello" },
      { role: "user", content: "Why?" },
    ] as const;
    expect((await bodyOf({ messages }))["messages"]).toEqual(messages);
  });

  test("optional parameters are there when they are set, 0 too", async () => {
    expect(await bodyOf({ prompt: "hi", maxTokens: 5, temperature: 0, topP: 0.5 })).toMatchObject({
      max_tokens: 5,
      temperature: 0,
      top_p: 0.5,
    });
  });

  test("and are absent, not null, when they are not", async () => {
    expect(Object.keys(await bodyOf({ prompt: "hi" }))).toEqual(["model", "messages"]);
  });

  test("tools are wrapped as functions, and a choice stands beside them", async () => {
    expect(await bodyOf({ prompt: "hi", tools: [TOOL], toolChoice: "auto" })).toMatchObject({
      tools: [{ type: "function", function: TOOL }],
      tool_choice: "auto",
    });
  });

  test("without tools there is neither", async () => {
    const body = await bodyOf({ prompt: "hi", tools: [], toolChoice: "auto" });
    expect(body).not.toHaveProperty("tools");
    expect(body).not.toHaveProperty("tool_choice");
  });
});

describe("a provider is made", () => {
  test("of a type, which it tells", async () => {
    const { provider } = await openDesk(() => {}, { profile: "llama.cpp" });
    expect(provider.providerType).toBe("llama.cpp");
  });

  test.each(["http://127.0.0.1:8080", "http://127.0.0.1:8080/", "http://127.0.0.1:8080///"])(
    "for %s, whose slashes at the end mean nothing",
    async (baseUrl) => {
      const provider = new HttpProvider({ baseUrl });
      expect(provider.baseUrl).toBe("http://127.0.0.1:8080/v1");
      await provider.close();
    },
  );

  test("with a key, which is sent as it was given", async () => {
    expect(await headersOf({ apiKey: "sk-A1_b" })).toMatchObject({ authorization: "Bearer sk-A1_b" });
  });

  test("without a key, and sends none", async () => {
    expect(await headersOf({})).not.toHaveProperty("authorization");
  });

  // The original made one all the same and connected without the file: a defect, L1 and L3.
  test("not at all with a certificate file that is missing", () => {
    const options = { baseUrl: "https://127.0.0.1:1", tls: { ca: ["/nowhere/ca.pem"] } };
    expect(() => new HttpProvider(options)).toThrow(ConfigurationError);
    expect(() => new HttpProvider(options)).toThrow(/nowhere\/ca\.pem/u);
  });
});

describe("the calls of a stream are put together", () => {
  test("one that comes in two fragments", async () => {
    const calls = await callsOf(
      [{ index: 0, id: "x", function: { name: "weather", arguments: '{"city":' } }],
      [{ index: 0, function: { arguments: '"Oslo"}' } }],
    );
    expect(calls).toMatchObject([{ id: "x", name: "weather", input: { city: "Oslo" } }]);
  });

  test("two that come in one delta", async () => {
    const calls = await callsOf([
      { index: 0, id: "x", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
      { index: 1, id: "y", function: { name: "time", arguments: '{"zone":"UTC"}' } },
    ]);
    expect(calls).toMatchObject([
      { id: "x", name: "weather", input: { city: "Oslo" } },
      { id: "y", name: "time", input: { zone: "UTC" } },
    ]);
  });

  test("none are none", async () => {
    expect(await callsOf([])).toEqual([]);
  });

  // The original made an empty object of them: a defect, N11.
  test("arguments that do not parse are given as they came, without an input", async () => {
    const [call] = await callsOf([{ index: 0, id: "x", function: { name: "weather", arguments: "{oops" } }]);
    expect(call).toEqual({ id: "x", type: "function", name: "weather", arguments: "{oops", problem: "not-json" });
  });
});

describe("over the wire", () => {
  const ASK = { model: "m", prompt: "hi" };

  test("a prompt is answered", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("Hello")));
    expect(await provider.infer(ASK)).toMatchObject({
      text: "Hello",
      model: "m",
      provider: "desk",
      usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
    });
  });

  test("so are messages", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hel", "lo")));
    const messages = [{ role: "user", content: "hi" }] as const;
    expect((await provider.infer({ model: "m", messages })).text).toBe("Hello");
  });

  test("the models are listed", async () => {
    const { provider } = await openDesk((exchange) => exchange.json({ data: [{ id: "a" }, { id: "b" }] }));
    expect((await provider.listModels()).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("a server that lists them is healthy", async () => {
    const { provider } = await openDesk((exchange) => exchange.json({ data: [] }));
    expect((await provider.healthCheck()).healthy).toBe(true);
  });

  test("a host that cannot be reached is an error of the call", async () => {
    const { provider, upstream } = await openDesk(() => {});
    await upstream.close();
    expect((await errorOf(provider.infer(ASK))).kind).toBe("connection");
  });

  test("a stream gives its text piece by piece", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hel", "lo")));
    const pieces: string[] = [];
    for await (const event of provider.inferStream(ASK)) if (event.type === "text-delta") pieces.push(event.text);
    expect(pieces).toEqual(["Hel", "lo"]);
  });
});
