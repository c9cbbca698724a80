import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import type { EncodedRequest } from "../translation/codec.ts";
import { adaptResponsesRequest } from "./adapt.ts";
import { createResponsesServer } from "./codec.ts";
import { OPENAI_RESPONSES_RULES } from "./rules.ts";
import type { ResponsesRules } from "./rules.ts";

const hello = [{ role: "user", content: "hi" }] as const;

function encode(
  request: Partial<InferenceRequest>,
  rules: Partial<ResponsesRules> = {},
  model = "deployment-1",
): EncodedRequest {
  const server = createResponsesServer({ ...OPENAI_RESPONSES_RULES, ...rules });
  return server.encodeRequest(
    { model: "asked", messages: hello, ...request },
    { model, stream: true, translated: true },
  );
}

const input = (messages: InferenceRequest["messages"]): unknown => encode({ messages: messages ?? [] }).body["input"];

test("the least: a streamed question that the server does not keep", () => {
  expect(encode({})).toEqual({
    body: {
      model: "deployment-1",
      input: [{ type: "message", role: "user", content: "hi" }],
      stream: true,
      store: false,
    },
    changes: [],
  });
  expect(encode({ store: true }).body["store"]).toBe(true);
});

describe("turns", () => {
  test("instructions at the beginning stand apart, later ones are items", () => {
    const { body } = encode({
      messages: [
        { role: "system", content: "a" },
        ...hello,
        { role: "system", content: "b" },
        { role: "developer", content: "c" },
      ],
    });
    expect(body["instructions"]).toBe("a");
    expect(body["input"]).toMatchObject([{ role: "user" }, { role: "system", content: "b" }, { role: "developer" }]);
  });

  test("a turn of the assistant is its items, in order", () => {
    const summary = [{ type: "summary_text", text: "why" }];
    expect(
      input([
        {
          role: "assistant",
          content: "So.",
          reasoning: "why",
          reasoningDetails: [
            { type: "reasoning.encrypted", data: "secret", id: "rs_1", summary, format: "openai-responses-v1" },
          ],
          toolCalls: [
            { id: "call_1", type: "function", name: "f", arguments: "{}", extra: { extra_content: { google: {} } } },
            { id: "call_2", type: "custom", name: "sql", arguments: "SELECT" },
          ],
        },
        { role: "tool", toolCallId: "call_1", content: [{ type: "image", url: "data:image/png;base64,AAAA" }] },
        { role: "tool", toolCallId: "call_2", content: "1" },
      ]),
    ).toEqual([
      { type: "reasoning", id: "rs_1", summary, encrypted_content: "secret" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "So.", annotations: [] }] },
      { type: "function_call", call_id: "call_1", name: "f", arguments: "{}" },
      { type: "custom_tool_call", call_id: "call_2", name: "sql", input: "SELECT" },
      {
        type: "function_call_output",
        call_id: "call_1",
        output: [{ type: "input_image", image_url: "data:image/png;base64,AAAA" }],
      },
      { type: "custom_tool_call_output", call_id: "call_2", output: "1" },
    ]);
  });

  test("items of other kinds go where they stood", () => {
    const search = { type: "web_search_call", id: "ws_1", status: "completed" };
    const item = { type: "opaque", raw: search } as const;
    const content = [item, { type: "text", text: "a" }, item, { type: "text", text: "b" }] as const;
    expect(input([{ role: "assistant", content }])).toMatchObject([
      search,
      { type: "message", content: [{ text: "a" }] },
      search,
      { type: "message", content: [{ text: "b" }] },
    ]);
  });

  test("another model's reasoning is left out and told once; readable reasoning is sent where it is taken", () => {
    const foreign = {
      role: "assistant",
      content: "a",
      reasoning: "why",
      reasoningDetails: [{ type: "reasoning.text", text: "why", signature: "s", format: "anthropic-claude-v1" }],
    } as const;
    const { body, changes } = encode({ messages: [foreign, foreign] });
    expect(body["input"]).toMatchObject([{ type: "message" }, { type: "message" }]);
    expect(changes).toEqual([{ field: "reasoning_details", action: "dropped", reason: "they are another model's" }]);
    const taken = encode({ messages: [foreign] }, { readableReasoning: true }).body["input"];
    expect(taken).toMatchObject([
      { type: "reasoning", content: [{ type: "reasoning_text", text: "why" }] },
      { type: "message" },
    ]);
  });

  test("ids longer than 64 characters are cut, the same for call and result, and stay apart", () => {
    const ids = ["a", "b"].map((end) => "x".repeat(80) + end);
    const { body, changes } = encode({
      messages: [
        {
          role: "assistant",
          content: null,
          toolCalls: ids.map((id) => ({ id, type: "function", name: "f", arguments: "{}" })),
        },
        ...ids.map((id) => ({ role: "tool", toolCallId: id, content: "1" }) as const),
      ],
    });
    const sent = (body["input"] as readonly { call_id: string }[]).map(({ call_id: id }) => id);
    expect(sent.every((id) => id.length <= 64)).toBe(true);
    expect([sent[0], sent[1]]).toEqual([sent[2], sent[3]]);
    expect(sent[0]).not.toBe(sent[1]);
    expect(changes).toMatchObject([{ field: "tool_calls.id", action: "replaced" }]);
  });

  test("what an earlier answer cannot hold is refused, with the path to it", () => {
    const picture = [{ type: "image", url: "data:image/png;base64,AAAA" }] as const;
    expect(encode({ messages: [...hello, { role: "assistant", content: picture }] }).refusal).toMatchObject({
      kind: "unsupported",
      param: "messages[1].content[0]",
    });
  });

  test("marks, names and flags without a place are told", () => {
    const cacheControl = { type: "ephemeral" };
    const { body, changes } = encode({
      messages: [
        { role: "user", name: "ann", content: [{ type: "text", text: "hi", cacheControl }] },
        { role: "user", content: "ho", cacheControl },
        { role: "assistant", content: null, toolCalls: [{ id: "c", type: "function", name: "f", arguments: "{}" }] },
        { role: "tool", toolCallId: "c", content: "no", isError: true },
      ],
    });
    expect(changes.map(({ field }) => field)).toEqual(["messages[0].name", "cache_control", "messages[3].is_error"]);
    expect(body["input"]).toContainEqual({ type: "function_call_output", call_id: "c", output: "Error: no" });
  });
});

describe("tools", () => {
  test("functions say whether they are strict, since the server would think so", () => {
    const { body } = encode({
      tools: [
        { name: "f" },
        { name: "g", parameters: { type: "object", properties: {} }, strict: true },
        { type: "custom", name: "sql", format: { type: "grammar", grammar: { syntax: "lark", definition: "x" } } },
        { raw: { type: "web_search" } },
      ],
      toolChoice: { name: "sql" },
    });
    expect(body["tools"]).toEqual([
      { type: "function", name: "f", parameters: { type: "object", properties: {} }, strict: false },
      { type: "function", name: "g", parameters: { type: "object", properties: {} }, strict: true },
      { type: "custom", name: "sql", format: { type: "grammar", syntax: "lark", definition: "x" } },
      { type: "web_search" },
    ]);
    expect(body["tool_choice"]).toEqual({ type: "custom", name: "sql" });
  });
});

describe("parameters", () => {
  test("each under its name here", () => {
    const { body } = encode({
      maxTokens: 50,
      temperature: 0.5,
      responseFormat: { type: "json_schema", name: "s", schema: { type: "object" } },
      verbosity: "low",
      reasoningEffort: "high",
      reasoningSummary: "auto",
      logprobs: true,
      topLogprobs: 2,
      promptCacheKey: "k",
      promptCacheRetention: "24h",
    });
    expect(body).toMatchObject({
      max_output_tokens: 50,
      temperature: 0.5,
      text: { format: { type: "json_schema", name: "s", schema: { type: "object" } }, verbosity: "low" },
      reasoning: { effort: "high", summary: "auto" },
      include: ["message.output_text.logprobs"],
      top_logprobs: 2,
      prompt_cache_key: "k",
      prompt_cache_retention: "24h",
    });
  });

  test("reasoning models are asked for encrypted reasoning, and not for what they refuse", () => {
    const { body, changes } = encode({ temperature: 0, topP: 0.5 }, {}, "openai/gpt-5.1");
    expect(body["include"]).toEqual(["reasoning.encrypted_content"]);
    expect(body).not.toHaveProperty("temperature");
    expect(changes.map(({ field }) => field)).toEqual(["temperature", "top_p"]);
    expect(encode({ temperature: 0, reasoningEffort: "none" }, {}, "gpt-5.1").body["temperature"]).toBe(0);
  });

  test("nor for probabilities of tokens", () => {
    const asked = { logprobs: true, topLogprobs: 3 };
    const { body, changes } = encode(asked, {}, "gpt-5-mini");
    expect(body["include"]).toEqual(["reasoning.encrypted_content"]);
    expect(changes.map(({ field }) => field)).toEqual(["logprobs", "top_logprobs"]);
    expect(encode({ ...asked, reasoningEffort: "none" }, {}, "gpt-5.1").body).toMatchObject({ top_logprobs: 3 });
  });

  test("a chat model of their name is none of them", () => {
    const { body } = encode({ temperature: 0 }, {}, "openai/gpt-5-chat-latest");
    expect(body).not.toHaveProperty("include");
    expect(body["temperature"]).toBe(0);
  });

  test.each(["gpt-4.1", "openai/gpt-5-chat-latest"])("%s, which does not reason, is told no effort", (model) => {
    const { body, changes } = encode({ reasoningEffort: "high", reasoningSummary: "auto" }, {}, model);
    expect(body).not.toHaveProperty("reasoning");
    expect(changes.map(({ field, action }) => `${action} ${field}`)).toEqual(["dropped reasoning"]);
    const silent = { model, input: "hi", reasoning: { effort: null, summary: null } };
    expect(adaptResponsesRequest(silent, { model, stream: false }, OPENAI_RESPONSES_RULES)).toMatchObject({
      body: silent,
      changes: [],
    });
  });

  test("a limit that is too low is raised", () => {
    const { body, changes } = encode({ maxTokens: 1 });
    expect(body["max_output_tokens"]).toBe(16);
    expect(changes).toMatchObject([{ field: "max_tokens", action: "replaced", to: "16" }]);
  });

  test("what has no place is told, unless the server is known to take it", () => {
    const request = {
      stop: "x",
      n: 2,
      seed: 1,
      presencePenalty: 1,
      frequencyPenalty: 1,
      logitBias: { a: 1 },
      topK: 5,
      audio: {},
      prediction: {},
      webSearchOptions: {},
      modalities: ["text", "audio"],
    };
    const fields = [
      "n",
      "modalities",
      "audio",
      "prediction",
      "web_search_options",
      "presence_penalty",
      "frequency_penalty",
      "seed",
      "top_k",
      "stop",
      "logit_bias",
    ];
    expect(encode(request).changes.map(({ field }) => field)).toEqual(fields);
    expect(Object.keys(encode(request).body)).toEqual(["model", "input", "store", "stream"]);
    expect(encode(request, { chatParameters: true }).body).toMatchObject({ stop: "x", seed: 1, top_k: 5 });
    expect(encode({ n: 1, modalities: ["text"] }).changes).toEqual([]);
  });

  test("tokens for reasoning become an effort", () => {
    const { body, changes } = encode({ reasoningBudget: 9000 });
    expect(body["reasoning"]).toEqual({ effort: "high" });
    expect(changes).toMatchObject([{ field: "reasoning_budget", action: "replaced", to: "high" }]);
    const none = encode({ reasoningBudget: 0 });
    expect(none.body["reasoning"]).toEqual({ effort: "none" });
    expect(none.changes).toEqual([]);
  });

  const line = { type: "message", role: "developer", content: "Answer in JSON." };
  const asks = { type: "message", role: "user", content: "hi" };
  const system = (content: string): Message => ({ role: "system", content });

  test.each<[string, readonly Message[], JsonObject, number]>([
    [
      "said by the system",
      [system("Answer in json."), ...hello],
      { input: [{ type: "message", role: "system", content: "Answer in json." }, asks] },
      0,
    ],
    [
      "said by the user",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "As JSON" },
            { type: "text", text: "please" },
          ],
        },
      ],
      { input: [{ role: "user", content: [{ text: "As JSON" }, { text: "please" }] }] },
      0,
    ],
    [
      "said nowhere",
      [system("Be brief."), ...hello],
      { input: [line, { type: "message", role: "system", content: "Be brief." }, asks] },
      1,
    ],
    [
      "said only by a tool",
      [
        ...hello,
        { role: "assistant", content: null, toolCalls: [{ id: "1", type: "function", name: "json", arguments: "{}" }] },
        { role: "tool", toolCallId: "1", content: "json" },
      ],
      { input: [line, asks, { type: "function_call" }, { type: "function_call_output" }] },
      1,
    ],
  ])("JSON mode, which has to be spoken of in the input: %s", (_where, messages, sent, told) => {
    const { body, changes } = encode({ messages, responseFormat: { type: "json_object" } });
    expect(body).toMatchObject(sent);
    expect(body).not.toHaveProperty("instructions");
    expect(changes).toMatchObject(Array(told).fill({ field: "messages", action: "added" }));
  });

  test("JSON mode at a server that demands nothing of the input", () => {
    const messages = [system("Be brief."), ...hello];
    const { body } = encode({ messages, responseFormat: { type: "json_object" } }, { jsonInInput: false });
    expect(body).toMatchObject({ instructions: "Be brief.", input: [asks] });
  });

  test("there is something to answer, also where only instructions are given or nothing is left", () => {
    const nothing = [{ type: "message", role: "user", content: "" }];
    expect(encode({ messages: [{ role: "system", content: "Say hi." }] }).body).toMatchObject({
      instructions: "Say hi.",
      input: nothing,
    });
    expect(encode({ messages: [{ role: "assistant", content: null, reasoning: "hm" }] }).body["input"]).toEqual(
      nothing,
    );
  });
});

describe("a client's own body", () => {
  const adapt = (body: object, rules: Partial<ResponsesRules> = {}): ReturnType<typeof adaptResponsesRequest> =>
    adaptResponsesRequest(
      { model: "fast", input: "hi", stream: true, ...body },
      { model: "gpt-5", stream: true, isClean: true },
      { ...OPENAI_RESPONSES_RULES, ...rules },
    );

  test("passes, but for the model's name", () => {
    expect(adapt({ tools: [{ type: "namespace", name: "g", tools: [] }], brand_new: 1 })).toMatchObject({
      changes: [],
      edits: [{ key: "model", value: '"gpt-5"' }],
    });
  });

  test("what the server would refuse is changed and told", () => {
    const { body, changes } = adapt(
      { max_output_tokens: 1, temperature: 0, stream: false, user: "u" },
      { refusedParameters: ["user"] },
    );
    expect(body).toMatchObject({ max_output_tokens: 16, stream: true });
    expect(changes.map(({ field }) => field)).toEqual(["max_output_tokens", "user", "temperature", "stream"]);
  });

  test("reasoning that we wrapped is given back as it was, and another model's left out", () => {
    const own = { type: "reasoning.encrypted", data: "secret", id: "rs_1", summary: [], format: "openai-responses-v1" };
    const wrapped = (details: readonly object[]): object => ({
      type: "reasoning",
      id: "rs_x",
      summary: [{ type: "summary_text", text: "why" }],
      encrypted_content: wrapReasoning(details as never),
    });
    const native = { type: "reasoning", id: "rs_2", summary: [], encrypted_content: "gAAA" };
    const body = { input: [wrapped([own]), native, wrapped([]), { role: "user", content: "hi" }] };
    const adapted = adapt(body);
    expect(adapted.body["input"]).toEqual([
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "secret" },
      native,
      { role: "user", content: "hi" },
    ]);
    expect(adapted.edits).toBeUndefined();
    expect(adapted.changes).toMatchObject([{ field: "input", action: "dropped" }]);
    expect(adapt(body, { readableReasoning: true }).body["input"]).toContainEqual({
      type: "reasoning",
      summary: [],
      content: [{ type: "reasoning_text", text: "why" }],
    });
  });
});
