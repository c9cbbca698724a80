import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { ollamaChatClient, ollamaGenerateClient } from "./codec.ts";
import { generateForm } from "./answer-form.ts";
import { replyToNothing } from "./load.ts";
import { wantsStream } from "./request.ts";

const PNG = "iVBORw0KGgoAAAANSUhEUg==";
const MP3 = "//uQZAAAAAAAAAAAAAAAAA==";
const JPEG = "/9j/4AAQSkZJRgABAQAAAQ==";
const WAV = "UklGRiQAAABXQVZFZm10IA==";

const ask = { role: "user", content: "Hi" };

function read(codec: typeof ollamaChatClient, body: JsonObject): InferenceRequest {
  expect(codec.check(body)).toBeUndefined();
  const decoded = codec.decodeRequest(body);
  if ("kind" in decoded) throw new Error(decoded.message);
  expect(decoded.changes).toEqual([]);
  return decoded.request;
}

const chat = (body: JsonObject): InferenceRequest => read(ollamaChatClient, { model: "m", messages: [ask], ...body });
const messagesOf = (...messages: JsonObject[]): readonly Message[] => chat({ messages }).messages ?? [];
const generate = (body: JsonObject): InferenceRequest => read(ollamaGenerateClient, { model: "m", ...body });

describe("parameters", () => {
  test.each<[string, JsonObject, Partial<InferenceRequest>]>([
    ["the length", { options: { num_predict: 9 } }, { maxTokens: 9 }],
    ["no limit at all stays an option", { options: { num_predict: -1 } }, { extra: { options: { num_predict: -1 } } }],
    [
      "sampling",
      { options: { temperature: 0, top_p: 0.5, top_k: 3, seed: 1, presence_penalty: 1, frequency_penalty: 2 } },
      { temperature: 0, topP: 0.5, topK: 3, seed: 1, presencePenalty: 1, frequencyPenalty: 2 },
    ],
    ["stop texts", { options: { stop: ["a", "b"] } }, { stop: ["a", "b"] }],
    [
      "options that have no name",
      { options: { num_ctx: 8192, min_p: 0.1 }, keep_alive: "5m", shift: false },
      { extra: { keep_alive: "5m", shift: false, options: { num_ctx: 8192, min_p: 0.1 } } },
    ],
    ["any JSON", { format: "json" }, { responseFormat: { type: "json_object" } }],
    [
      "a schema",
      { format: { type: "object" } },
      { responseFormat: { type: "json_schema", name: "response", schema: { type: "object" } } },
    ],
    ["no format", { format: "" }, {}],
    ["thinking", { think: true }, { reasoningEffort: "medium" }],
    ["no thinking", { think: false }, { reasoningEffort: "none" }],
    ["a level of thinking", { think: "high" }, { reasoningEffort: "high" }],
    ["probabilities", { logprobs: true, top_logprobs: 2 }, { logprobs: true, topLogprobs: 2 }],
    ["what was left out with null", { format: null, options: null, think: null, tools: null }, {}],
    ["how it is sent", { stream: false }, {}],
  ])("%s", (_title, body, expected) => {
    const { model, messages, ...rest } = chat(body);
    expect(model).toBe("m");
    expect(messages).toHaveLength(1);
    expect(rest).toEqual(expected);
  });

  test("functions, and tools of other kinds as they are", () => {
    const parameters = { type: "object", properties: { city: { type: "string" } } };
    const other = { type: "web_search" };
    const tools = [{ type: "function", function: { name: "f", description: "d", parameters, x: 1 } }, other];
    expect(chat({ tools }).tools).toEqual([
      { name: "f", description: "d", parameters, extra: { function: { x: 1 } } },
      { raw: other },
    ]);
  });

  test("a stream is the default", () => {
    expect([{}, { stream: true }, { stream: false }].map(wantsStream)).toEqual([true, true, false]);
  });
});

describe("turns", () => {
  test("system, user and assistant, in any case", () => {
    const turns = messagesOf(
      { role: "System", content: "Be brief." },
      ask,
      { role: "assistant", content: "Hello", thinking: "Polite." },
      { role: "control", content: "thinking" },
    );
    expect(turns).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello", reasoning: "Polite." },
      { role: "control", content: "thinking" },
    ]);
  });

  test("pictures and sounds, told by how they begin", () => {
    const [turn] = messagesOf({
      role: "user",
      content: "What is it?",
      images: [PNG, WAV, `data:image/gif;base64,${PNG}`, MP3, JPEG],
    });
    expect(turn?.content).toEqual([
      { type: "image", url: `data:image/png;base64,${PNG}` },
      { type: "audio", data: WAV, format: "wav" },
      { type: "image", url: `data:image/gif;base64,${PNG}` },
      { type: "audio", data: MP3, format: "mp3" },
      { type: "image", url: `data:image/jpeg;base64,${JPEG}` },
      { type: "text", text: "What is it?" },
    ]);
  });

  test("fields nobody knows", () => {
    expect(messagesOf({ ...ask, x_note: 1, thinking: null })).toEqual([{ ...ask, extra: { x_note: 1 } }]);
  });
});

describe("calls and results", () => {
  const call = (name: string, more: JsonObject = {}): JsonObject => ({
    ...more,
    function: { name, arguments: { a: 1 } },
  });
  const calls = (...tool_calls: JsonObject[]): JsonObject => ({ role: "assistant", content: "", tool_calls });
  const result = (content: string, more: JsonObject = {}): JsonObject => ({ role: "tool", content, ...more });
  const idsOf = (turns: readonly Message[]): unknown =>
    turns.map(({ toolCalls, toolCallId }) => toolCalls?.map(({ id }) => id) ?? toolCallId);

  test("with ids", () => {
    const turns = messagesOf(
      ask,
      calls(call("f", { id: "x" }), call("f", { id: "y" })),
      result("2", { tool_call_id: "y" }),
      result("1", { tool_call_id: "x", tool_name: "f" }),
    );
    expect(idsOf(turns)).toEqual([undefined, ["x", "y"], "y", "x"]);
    expect(turns[1]).toEqual({
      role: "assistant",
      content: null,
      toolCalls: ["x", "y"].map((id) => ({
        id,
        type: "function",
        name: "f",
        arguments: '{"a":1}',
        input: { a: 1 },
      })),
    });
    expect(turns[3]).toEqual({ role: "tool", content: "1", toolCallId: "x" });
  });

  test("by the name of the tool, and in order", () => {
    const turns = messagesOf(
      ask,
      calls(call("f"), call("g"), call("f")),
      result("g1", { tool_name: "g" }),
      result("f1", { tool_name: "f" }),
      result("f2", { tool_name: "f" }),
    );
    expect(idsOf(turns)).toEqual([undefined, ["call_1_0", "call_1_1", "call_1_2"], "call_1_1", "call_1_0", "call_1_2"]);
  });

  test("by the order alone", () => {
    const turns = messagesOf(ask, calls(call("f"), call("g")), result("1"), result("2"), calls(call("f")), result("3"));
    expect(idsOf(turns)).toEqual([
      undefined,
      ["call_1_0", "call_1_1"],
      "call_1_0",
      "call_1_1",
      ["call_4_0"],
      "call_4_0",
    ]);
  });

  test("a client that sends ids of results only", () => {
    expect(idsOf(messagesOf(ask, calls(call("f")), result("1", { tool_call_id: "x" })))).toEqual([
      undefined,
      ["call_1_0"],
      "call_1_0",
    ]);
  });

  test("a made id is nobody else's", () => {
    expect(idsOf(messagesOf(ask, calls(call("f"), call("g", { id: "call_1_0" }))))).toEqual([
      undefined,
      ["call_1_0_", "call_1_0"],
    ]);
  });

  test("an unanswered call is not answered by what comes after the next question", () => {
    const turns = messagesOf(ask, calls(call("f")), ask, calls(call("f")), result("1"));
    expect(idsOf(turns)).toEqual([undefined, ["call_1_0"], undefined, ["call_3_0"], "call_3_0"]);
  });

  test("nor by what comes after others were answered", () => {
    const turns = messagesOf(
      ask,
      calls(call("f"), call("f")),
      result("1", { tool_name: "f" }),
      calls(call("f")),
      result("2", { tool_name: "f" }),
    );
    expect(idsOf(turns)).toEqual([undefined, ["call_1_0", "call_1_1"], "call_1_0", ["call_3_0"], "call_3_0"]);
  });

  test("a result of no call has an id that no call has, and the name it came with", () => {
    expect(messagesOf(ask, result("1", { tool_name: "f" }))[1]).toEqual({
      role: "tool",
      content: "1",
      toolCallId: "call_1_0",
      extra: { tool_name: "f" },
    });
  });

  test("arguments as text, and none", () => {
    const turns = messagesOf(ask, calls({ function: { name: "f", arguments: '{"a":' } }, { function: { name: "g" } }));
    expect(turns[1]?.toolCalls).toMatchObject([
      { arguments: '{"a":', problem: "not-json" },
      { arguments: "{}", input: {} },
    ]);
  });
});

describe("one question", () => {
  test("with instructions and pictures", () => {
    expect(generate({ prompt: "Hi", system: "Be brief.", images: [PNG], options: { seed: 1, num_ctx: 1 } })).toEqual({
      model: "m",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "image", url: `data:image/png;base64,${PNG}` },
            { type: "text", text: "Hi" },
          ],
        },
      ],
      seed: 1,
      extra: { options: { num_ctx: 1 } },
    });
  });

  test("a template and a context of token ids are kept where they stood", () => {
    expect(
      generate({ prompt: "Hi", template: "{{ .Prompt }}", context: [1, 2], raw: false, suffix: "" }).extra,
    ).toEqual({
      template: "{{ .Prompt }}",
      context: [1, 2],
    });
  });

  test.each([
    ["suffix", { prompt: "a", suffix: "b" }],
    ["raw", { prompt: "a", raw: true }],
  ])("%s has no place in a conversation", (param, body) => {
    expect(ollamaGenerateClient.decodeRequest({ model: "m", ...body })).toMatchObject({ kind: "unsupported", param });
  });
});

describe("a request that asks nothing", () => {
  test("is good, but nothing to translate", () => {
    const body = { model: "m", messages: [] };
    expect(ollamaChatClient.check(body)).toBeUndefined();
    expect(ollamaChatClient.check({ model: "m" })).toBeUndefined();
    expect(ollamaChatClient.decodeRequest(body)).toMatchObject({ kind: "bad_request", param: "messages" });
    expect(ollamaGenerateClient.decodeRequest({ model: "m" })).toMatchObject({ kind: "bad_request", param: "prompt" });
  });

  test.each<[JsonObject, string | undefined]>([
    [{}, "load"],
    [{ keep_alive: "10m" }, "load"],
    [{ keep_alive: 0 }, "unload"],
    [{ keep_alive: "0s" }, "unload"],
    [{ prompt: "Hi" }, undefined],
  ])("%j is answered with %s", (body, reason) => {
    const reply = replyToNothing({ model: "m", ...body }, 0, generateForm);
    expect(reply).toEqual(
      reason && { model: "m", created_at: "1970-01-01T00:00:00.000Z", response: "", done: true, done_reason: reason },
    );
  });
});

describe("what no server could make sense of", () => {
  const flawOf = (failure: Failure | undefined): unknown => failure?.param ?? failure?.kind;

  test.each<[string, JsonObject]>([
    ["model", { messages: [ask] }],
    ["messages", { model: "m", messages: "Hi" }],
    ["messages[0]", { model: "m", messages: ["Hi"] }],
    ["messages[0].role", { model: "m", messages: [{ content: "Hi" }] }],
    ["messages[0].content", { model: "m", messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }] }],
    ["messages[0].images", { model: "m", messages: [{ ...ask, images: PNG }] }],
    ["messages[0].images[1]", { model: "m", messages: [{ ...ask, images: [PNG, "https://x.test/a.png"] }] }],
    ["messages[0].tool_calls", { model: "m", messages: [{ role: "assistant", tool_calls: [{ name: "f" }] }] }],
    ["format", { model: "m", messages: [ask], format: "xml" }],
    ["think", { model: "m", messages: [ask], think: 3 }],
    ["options", { model: "m", messages: [ask], options: [] }],
    ["tools", { model: "m", messages: [ask], tools: {} }],
    ["stream", { model: "m", messages: [ask], stream: "yes" }],
  ])("%s", (param, body) => {
    expect(flawOf(ollamaChatClient.check(body))).toBe(param);
  });

  test.each<[string, JsonObject]>([
    ["prompt", { model: "m", prompt: ["Hi"] }],
    ["images[0]", { model: "m", prompt: "Hi", images: ["?"] }],
    ["raw", { model: "m", prompt: "Hi", raw: 1 }],
  ])("of one question: %s", (param, body) => {
    expect(flawOf(ollamaGenerateClient.check(body))).toBe(param);
  });

  test("a body that is no object", () => {
    expect(flawOf(ollamaChatClient.check([]))).toBe("bad_request");
    expect(flawOf(ollamaGenerateClient.check(null))).toBe("bad_request");
  });
});
