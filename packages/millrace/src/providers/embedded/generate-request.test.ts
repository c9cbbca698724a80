import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { generateRequest } from "./generate-request.ts";

const USER = { role: "user", content: "Hi" };
const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const PING = { type: "function", function: { name: "ping" } };

function asked(more: JsonObject = {}): ReturnType<typeof generateRequest> {
  return generateRequest({ model: "m", messages: [USER], ...more });
}

function turns(...messages: readonly JsonValue[]): unknown {
  return asked({ messages });
}

function call(id: string, args: string): JsonObject {
  return { id, type: "function", function: { name: "get_weather", arguments: args } };
}

describe("a conversation", () => {
  test("becomes turns, instructions where they stood", () => {
    const messages = [
      { role: "developer", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      { role: "assistant", content: "c" },
      { role: "system", content: "Now in verse." },
      USER,
    ];
    expect(turns(...messages)).toMatchObject({
      turns: [
        { type: "system", text: "Be brief." },
        { type: "user", text: "ab" },
        { type: "model", response: ["c"] },
        { type: "system", text: "Now in verse." },
        { type: "user", text: "Hi" },
      ],
    });
  });

  test("has what the model thought, said and called as one turn, with what the tools gave", () => {
    const messages = [
      USER,
      {
        role: "assistant",
        content: "Look",
        reasoning_content: "Hm",
        tool_calls: [call("1", '{"city":"Oslo"}'), call("2", "{oh")],
      },
      { role: "tool", tool_call_id: "2", content: "second" },
      { role: "tool", tool_call_id: "1", content: [{ type: "text", text: "first" }] },
      { role: "assistant", content: "Done" },
    ];
    const called = { type: "functionCall", name: "get_weather" };
    expect(turns(...messages)).toMatchObject({
      turns: [
        { type: "user" },
        {
          type: "model",
          response: [
            { type: "segment", segmentType: "thought", text: "Hm", ended: true },
            "Look",
            { ...called, params: { city: "Oslo" }, result: "first", startsNewChunk: true },
            { ...called, params: "{oh", result: "second", startsNewChunk: false },
            "Done",
          ],
        },
      ],
    });
  });

  test("with a picture is refused, saying where it is", () => {
    const picture = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
    expect(turns(USER, { role: "user", content: [{ type: "text", text: "a" }, picture] })).toMatchObject({
      kind: "unsupported",
      param: "messages[1].content[1]",
    });
  });
});

describe("tools", () => {
  test("are told as they came, and their arguments held to what the engine understands", () => {
    expect(asked({ tools: [WEATHER, PING] })).toMatchObject({
      tools: [
        {
          name: "get_weather",
          description: "Weather",
          parameters: WEATHER.function.parameters,
          grammar: { type: "object", properties: { city: { type: "string" } } },
        },
        { name: "ping" },
      ],
      mustCall: [],
      maxCalls: 32,
    });
  });

  const choices: readonly (readonly [string, JsonValue, object])[] = [
    ["none", "none", { tools: [], mustCall: [] }],
    ["required", "required", { mustCall: ["get_weather", "ping"] }],
    ["one", { type: "function", function: { name: "ping" } }, { mustCall: ["ping"] }],
    [
      "one that is not there",
      { type: "function", function: { name: "x" } },
      { kind: "bad_request", param: "tool_choice" },
    ],
    ["some of them", { type: "allowed_tools", allowed_tools: {} }, { kind: "unsupported", param: "tool_choice" }],
  ];
  test.each(choices)("are chosen: %s", (_, tool_choice, result) => {
    expect(asked({ tools: [WEATHER, PING], tool_choice })).toMatchObject(result);
  });

  test("are called one at a time where that is asked", () => {
    expect(asked({ tools: [PING], parallel_tool_calls: false })).toMatchObject({ maxCalls: 1 });
  });

  test("that are no functions are refused", () => {
    const custom = { type: "custom", custom: { name: "shell" } };
    expect(asked({ tools: [PING, custom] })).toMatchObject({ kind: "unsupported", param: "tools[1]" });
  });
});

describe("parameters", () => {
  const cases: readonly (readonly [string, JsonObject, object])[] = [
    [
      "the sampling",
      { temperature: 0, top_p: 0.5, top_k: 3, min_p: 0.1, seed: 4 },
      { sampling: { temperature: 0, topP: 0.5, topK: 3, minP: 0.1, seed: 4 } },
    ],
    [
      "penalties",
      { presence_penalty: 1, frequency_penalty: 0.5 },
      { sampling: { presencePenalty: 1, frequencyPenalty: 0.5 } },
    ],
    ["the limit by its new name", { max_completion_tokens: 9 }, { maxTokens: 9 }],
    ["the limit by its old name", { max_tokens: 9 }, { maxTokens: 9 }],
    ["a stop", { stop: "END" }, { stops: ["END"] }],
    ["stops, but for empty ones", { stop: ["a", "", "b"] }, { stops: ["a", "b"] }],
    ["no thinking", { reasoning_effort: "none" }, { maxThinkingTokens: 0 }],
    [
      "no thinking, as templates call it",
      { chat_template_kwargs: { enable_thinking: false } },
      { maxThinkingTokens: 0 },
    ],
    ["any JSON", { response_format: { type: "json_object" } }, { shape: "json" }],
    [
      "a schema",
      { response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "string" } } } },
      { shape: { grammar: { type: "string" } } },
    ],
    ["n above one", { n: 2 }, { kind: "unsupported", param: "n" }],
    ["a limit of nothing", { max_tokens: 0 }, { kind: "bad_request", param: "max_tokens" }],
    [
      "a shape nobody knows",
      { response_format: { type: "grammar" } },
      { kind: "unsupported", param: "response_format" },
    ],
    [
      "a shape beside tools",
      { tools: [PING], response_format: { type: "json_object" } },
      { kind: "unsupported", param: "response_format" },
    ],
    ["no messages", { messages: [] }, { kind: "bad_request", param: "messages" }],
  ];
  test.each(cases)("%s", (_, body, result) => expect(asked(body)).toMatchObject(result));
});
