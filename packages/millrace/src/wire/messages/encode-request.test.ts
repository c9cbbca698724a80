import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ToolCall, ToolChoice } from "../../model/tool.ts";
import type { EncodedRequest } from "../translation/codec.ts";
import { encodeMessagesRequest } from "./encode-request.ts";
import { ANTHROPIC_RULES, COMPATIBLE_MESSAGES_RULES, VERTEX_MESSAGES_RULES } from "./rules.ts";
import type { MessagesRules } from "./rules.ts";

interface Options {
  readonly model?: string;
  readonly rules?: MessagesRules;
  readonly translated?: boolean;
}

function encoded(request: Partial<InferenceRequest>, options: Options = {}): EncodedRequest {
  const { model = "claude-sonnet-4-6", rules = ANTHROPIC_RULES, translated = true } = options;
  const asked = { model: "m", messages: [{ role: "user", content: "Hi" }], maxTokens: 100, ...request } as const;
  return encodeMessagesRequest(asked, { model, stream: false, translated }, rules);
}

const turnsOf = (messages: readonly Message[], options?: Options): unknown =>
  encoded({ messages }, options).body["messages"];
const told = ({ changes }: EncodedRequest): readonly string[] =>
  changes.map(({ field, action }) => `${field} ${action}`);

const call = (id: string, text = "{}"): ToolCall => ({ id, type: "function", name: "f", arguments: text });
const called = (...ids: readonly string[]): Message => ({
  role: "assistant",
  content: null,
  toolCalls: ids.map((id) => call(id)),
});
const result = (id: string, content: Message["content"] = "4"): Message => ({ role: "tool", toolCallId: id, content });
const user = (content: Message["content"]): Message => ({ role: "user", content });

test("a plain question needs a model, a limit and turns", () => {
  expect(encoded({ system: "Be brief.", messages: [], prompt: "Hi" })).toEqual({
    body: {
      model: "claude-sonnet-4-6",
      max_tokens: 100,
      system: "Be brief.",
      messages: [{ role: "user", content: "Hi" }],
    },
    changes: [],
  });
});

test("a limit is added where there is none, and told", () => {
  const { messages } = { messages: [user("Hi")] };
  const { body, changes } = encodeMessagesRequest(
    { model: "m", messages },
    { model: "claude-sonnet-4-6", stream: true, translated: true },
    ANTHROPIC_RULES,
  );
  expect(body).toMatchObject({ max_tokens: 8192, stream: true });
  expect(changes).toMatchObject([{ field: "max_tokens", action: "added", to: "8192" }]);
});

describe("turns", () => {
  test("alternate, and the results of one turn are together before all else", () => {
    expect(
      turnsOf([user("a"), user("b"), called("c1", "c2"), result("c1"), user("so?"), result("c2", ""), called("c3")]),
    ).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "c1", name: "f", input: {} },
          { type: "tool_use", id: "c2", name: "f", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "c1", content: "4" },
          { type: "tool_result", tool_use_id: "c2" },
          { type: "text", text: "so?" },
        ],
      },
      { role: "assistant", content: [{ type: "tool_use", id: "c3", name: "f", input: {} }] },
    ]);
  });

  test("of the assistant that follow each other are one, in their order", () => {
    const thought = { type: "reasoning.text", text: "Hm", signature: "c2ln", format: "anthropic-claude-v1" };
    expect(
      turnsOf([
        user("a"),
        called("c1"),
        { role: "assistant", content: "b", reasoning: "Hm", reasoningDetails: [thought] },
      ]),
    ).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [{ type: "tool_use" }, { type: "thinking", signature: "c2ln" }, { type: "text" }] },
    ]);
  });

  test("begin with the user", () => {
    const made = encoded({ messages: [{ role: "assistant", content: "Hello" }] });
    expect(made.body["messages"]).toEqual([
      { role: "user", content: "." },
      { role: "assistant", content: "Hello" },
    ]);
    expect(told(made)).toEqual(["messages added"]);
  });

  test("are made of instructions where there is nothing else", () => {
    const made = encoded({ messages: [{ role: "system", content: "Be brief." }] });
    expect(made.body).toMatchObject({ messages: [{ role: "user", content: "Be brief." }] });
    expect(made.body).not.toHaveProperty("system");
    expect(told(made)).toEqual(["messages[0].role replaced"]);
  });

  test("of the assistant that come last end without white space, which is told", () => {
    const made = encoded({ messages: [user("a"), { role: "assistant", content: "b \n" }] });
    expect(made.body["messages"]).toMatchObject([{}, { content: "b" }]);
    expect(told(made)).toEqual(["messages replaced"]);
  });

  test("leave out what says nothing", () => {
    expect(
      turnsOf([
        user([
          { type: "text", text: " " },
          { type: "text", text: "a" },
        ]),
        { role: "assistant", content: "" },
        user("b"),
      ]),
    ).toMatchObject([
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
    ]);
  });

  test("with instructions further on are the user's, which is told", () => {
    const messages = [user("a"), { role: "developer", content: "In German." } as const];
    const made = encoded({ messages });
    expect(made.body["messages"]).toHaveLength(1);
    expect(told(made)).toEqual(["messages[1].role replaced"]);
  });

  test("with instructions further on stay, where the server takes them", () => {
    const rules = { ...ANTHROPIC_RULES, systemTurns: true };
    const messages = [user("a"), { role: "system", content: "In German." } as const, called("c1"), result("c1")];
    expect(turnsOf(messages, { rules })).toMatchObject([
      { role: "user" },
      { role: "system", content: "In German." },
      { role: "assistant" },
      { role: "user" },
    ]);
  });

  test("carry marks for the cache", () => {
    const cacheControl = { type: "ephemeral" };
    const messages: readonly Message[] = [
      { role: "system", content: "Be brief.", cacheControl },
      user([{ type: "text", text: "a", cacheControl }]),
      { ...called("c1", "c2"), cacheControl },
      { ...result("c1"), cacheControl },
    ];
    const marked = { cache_control: cacheControl };
    expect(encoded({ messages }).body).toMatchObject({
      system: [{ text: "Be brief.", ...marked }],
      messages: [{ content: [marked] }, { content: [{ id: "c1" }, { id: "c2", ...marked }] }, { content: [marked] }],
    });
  });
});

describe("ids of calls", () => {
  test("that the server refuses are rewritten, the same for the call and its result", () => {
    const made = encoded({ messages: [user("a"), called("f.x:0", "f_x_0"), result("f.x:0"), result("f_x_0")] });
    expect(made.body["messages"]).toMatchObject([
      {},
      { content: [{ id: "f_x_0" }, { id: "f_x_0_2" }] },
      { content: [{ tool_use_id: "f_x_0" }, { tool_use_id: "f_x_0_2" }] },
    ]);
    expect(told(made)).toContain("messages[1].tool_calls[0].id replaced");
  });
});

describe("ids of calls that come again", () => {
  test("are other ones, with their own results", () => {
    const made = encoded({
      messages: [user("a"), called("call_0"), result("call_0"), called("call_0"), result("call_0")],
    });
    expect(made.body["messages"]).toMatchObject([
      {},
      { content: [{ id: "call_0" }] },
      { content: [{ tool_use_id: "call_0" }] },
      { content: [{ id: "call_0_2" }] },
      { content: [{ tool_use_id: "call_0_2" }] },
    ]);
  });
});

describe("arguments of calls", () => {
  test.each<[string, JsonObject, number]>([
    ['{"a":1}', { a: 1 }, 0],
    ["", {}, 0],
    ["[1]", { input: "[1]" }, 1],
    ['{"a"', { input: '{"a"' }, 1],
  ])("%j are an object", (text, input, changes) => {
    const messages = [user("a"), { ...called(), toolCalls: [call("c1", text)] }, result("c1")];
    const made = encoded({ messages });
    expect(made.body).toMatchObject({ messages: [{}, { content: [{ input }] }, {}] });
    expect(made.changes).toHaveLength(changes);
  });
});

describe("reasoning of earlier turns", () => {
  const own = { type: "reasoning.text", text: "Hm", signature: "c2ln", format: "anthropic-claude-v1" };
  const redacted = { type: "reasoning.encrypted", data: "c2Vj", format: "anthropic-claude-v1" };
  const foreign = { type: "reasoning.encrypted", data: "b3A=", format: "openai-responses-v1" };
  const thought = (more: Partial<Message>): readonly Message[] => [
    user("a"),
    { role: "assistant", content: "b", ...more },
  ];

  test("of the dialect's own goes back as it was", () => {
    expect(turnsOf(thought({ reasoning: "Hm", reasoningDetails: [own, redacted] }))).toMatchObject([
      {},
      {
        content: [
          { type: "thinking", thinking: "Hm", signature: "c2ln" },
          { type: "redacted_thinking", data: "c2Vj" },
          { type: "text", text: "b" },
        ],
      },
    ]);
  });

  test("of another model is left out, which is told once", () => {
    const made = encoded({
      messages: [...thought({ reasoningDetails: [foreign, foreign] }), ...thought({ reasoningDetails: [foreign] })],
    });
    expect(JSON.stringify(made.body)).not.toContain("thinking");
    expect(told(made)).toEqual(["reasoning_details dropped"]);
  });

  test("without a signature goes only to servers that take it; else that is told", () => {
    const made = encoded({ messages: thought({ reasoning: "Hm" }) });
    expect(made.body["messages"]).toMatchObject([{}, { content: "b" }]);
    expect(told(made)).toEqual(["reasoning_content dropped"]);
    expect(turnsOf(thought({ reasoning: "Hm" }), { rules: COMPATIBLE_MESSAGES_RULES })).toMatchObject([
      {},
      { content: [{ type: "thinking", thinking: "Hm" }, {}] },
    ]);
  });
});

describe("content", () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      "a picture",
      { type: "image", url: "data:image/png;base64,AAAA" },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
    ],
    [
      "a picture elsewhere",
      { type: "image", url: "https://a.example/b.png" },
      { type: "image", source: { type: "url", url: "https://a.example/b.png" } },
    ],
    [
      "a file",
      { type: "file", file: { file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" } },
      { type: "document", title: "a.pdf", source: { type: "base64", media_type: "application/pdf", data: "AAAA" } },
    ],
    [
      "a file of text",
      { type: "file", file: { file_data: "data:text/csv;base64,R3LDvMOfZQ==" } },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "Grüße" } },
    ],
    [
      "a file that is a picture",
      { type: "file", file: { file_data: "data:image/png;base64,AAAA" } },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
    ],
    [
      "a file elsewhere",
      { type: "file", file: { file_url: "https://a.example/b.pdf" } },
      { type: "document", source: { type: "url", url: "https://a.example/b.pdf" } },
    ],
    [
      "a block nobody knows",
      { type: "opaque", raw: { type: "search_result", source: "x" } },
      { type: "search_result", source: "x" },
    ],
  ])("that is %s", (_, part, block) => {
    const content = [part] as unknown as Message["content"];
    expect(turnsOf([user(content)])).toEqual([{ role: "user", content: [block] }]);
  });

  test.each<[string, JsonObject]>([
    ["sound", { type: "audio", data: "AAAA", format: "wav" }],
    ["a file that another service keeps", { type: "file", file: { file_id: "file-1" } }],
    ["a file without data", { type: "file", file: { filename: "a.pdf" } }],
    ["a picture of no form", { type: "image", url: "cid:1" }],
  ])("that is %s is refused, with its place", (_, part) => {
    const content = [{ type: "text", text: "a" }, part] as unknown as Message["content"];
    const param = "messages[0].content[1]";
    expect(encoded({ messages: [user(content)] }).refusal).toMatchObject({ kind: "unsupported", param });
  });

  test("that is a file of the service's own stays", () => {
    const messages = [user([{ type: "file", file: { file_id: "file_1" } }])];
    expect(encoded({ messages }, { translated: false })).toMatchObject({
      body: { messages: [{ content: [{ type: "document", source: { type: "file", file_id: "file_1" } }] }] },
    });
  });

  test("of a result may be pictures, and an error", () => {
    const image = { type: "image", url: "https://a.example/b.png" } as const;
    const messages = [user("a"), called("c1"), { ...result("c1", [image]), isError: true }];
    expect(turnsOf(messages)).toMatchObject([
      {},
      {},
      { content: [{ type: "tool_result", is_error: true, content: [{ type: "image" }] }] },
    ]);
  });
});

describe("tools", () => {
  const tools = [{ name: "f", parameters: { type: "object" } }];

  test("keep their order, and have a schema of an object", () => {
    const asked = [
      {
        name: "f",
        description: "Does",
        parameters: { properties: {} },
        cacheControl: { type: "ephemeral" },
      },
      { name: "g" },
      { raw: { type: "web_search_20250305", name: "web_search" } },
    ];
    expect(encoded({ tools: asked }).body["tools"]).toEqual([
      {
        name: "f",
        description: "Does",
        cache_control: { type: "ephemeral" },
        input_schema: { type: "object", properties: {} },
      },
      { name: "g", input_schema: { type: "object", properties: {} } },
      { type: "web_search_20250305", name: "web_search" },
    ]);
  });

  test("are held to a schema that the server takes, which is told once", () => {
    const parameters = { type: "object", properties: { n: { type: "integer", minimum: 1 } } };
    const strict = { name: "f", parameters, strict: true };
    const made = encoded({ tools: [strict, { ...strict, name: "g" }, { name: "h", parameters }] });
    const input_schema = {
      type: "object",
      properties: { n: { type: "integer", description: "{minimum: 1}" } },
      additionalProperties: false,
    };
    expect(made.body["tools"]).toEqual([
      { name: "f", strict: true, input_schema },
      { name: "g", strict: true, input_schema },
      { name: "h", input_schema: parameters },
    ]);
    expect(told(made)).toEqual(["tools.parameters replaced"]);
  });

  test("of free text become functions, which is told", () => {
    const made = encoded({ tools: [{ type: "custom", name: "sh" }] });
    expect(made.body).toMatchObject({ tools: [{ name: "sh", input_schema: { required: ["input"] } }] });
    expect(told(made)).toEqual(["tools[0] replaced"]);
  });

  test.each<[Partial<InferenceRequest>, JsonObject | undefined]>([
    [{}, undefined],
    [{ toolChoice: "auto" }, { type: "auto" }],
    [{ toolChoice: "none", parallelToolCalls: false }, { type: "none" }],
    [{ toolChoice: "required" }, { type: "any" }],
    [{ toolChoice: { name: "f" } }, { type: "tool", name: "f" }],
    [{ parallelToolCalls: false }, { type: "auto", disable_parallel_tool_use: true }],
    [
      { toolChoice: "required", parallelToolCalls: false },
      { type: "any", disable_parallel_tool_use: true },
    ],
    [{ parallelToolCalls: true }, undefined],
  ])("are chosen by %j", (choice, expected) => {
    expect(encoded({ tools, ...choice }).body["tool_choice"]).toEqual(expected);
  });

  test("are not forced while the model thinks, which is told", () => {
    const made = encoded({ tools, toolChoice: "required", reasoningEffort: "high" });
    expect(made.body["tool_choice"]).toEqual({ type: "auto" });
    expect(told(made)).toEqual(["tool_choice replaced"]);
  });

  test.each<[string, ToolChoice, JsonObject, readonly string[]]>([
    ["claude-opus-4-8", "required", { type: "any" }, []],
    ["claude-opus-5", { name: "f" }, { type: "tool", name: "f" }, []],
    ["claude-haiku-5-5", "required", { type: "any" }, []],
    ["claude-opus-4-7", { name: "f" }, { type: "auto" }, ["tool_choice replaced"]],
    ["claude-sonnet-4-5", "required", { type: "auto" }, ["tool_choice replaced"]],
  ])("of %s are forced or not while it thinks: %j", (model, toolChoice, expected, changes) => {
    const made = encoded({ tools, toolChoice, reasoningEffort: "high", maxTokens: 5000 }, { model });
    expect({ choice: made.body["tool_choice"], told: told(made) }).toEqual({ choice: expected, told: changes });
  });

  test.each(["claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1", "claude-mythos-5-1", "claude-opus-6"])(
    "of %s are never forced, and one that was named is the only one",
    (model) => {
      const both = [{ name: "e" }, ...tools];
      const required = encoded({ tools: both, toolChoice: "required", parallelToolCalls: false }, { model });
      expect(required.body).toMatchObject({
        tools: [{ name: "e" }, { name: "f" }],
        tool_choice: { type: "auto", disable_parallel_tool_use: true },
      });
      expect(required.changes).toMatchObject([{ field: "tool_choice", to: "auto" }]);
      const named = encoded({ tools: both, toolChoice: { name: "f" } }, { model });
      expect(named.body["tools"]).toMatchObject([{ name: "f" }]);
      expect(named.body["tool_choice"]).toEqual({ type: "auto" });
      expect(named.changes).toMatchObject([{ field: "tool_choice", to: "auto, without the other tools" }]);
    },
  );

  test("that are not there are not chosen among", () => {
    expect(encoded({ toolChoice: "required" }).body).not.toHaveProperty("tool_choice");
  });
});

describe("the form of the answer", () => {
  test("by a schema is asked for, with every object of it closed", () => {
    const inner = { type: "object", properties: { b: { type: "string" } } };
    const schema = { type: "object", properties: { a: inner }, additionalProperties: false };
    const made = encoded({ responseFormat: { type: "json_schema", name: "x", schema } });
    const format = {
      type: "json_schema",
      schema: { ...schema, properties: { a: { ...inner, additionalProperties: false } } },
    };
    expect(made.body["output_config"]).toEqual({ format });
    expect(told(made)).toEqual(["response_format replaced"]);
  });

  test("without one is left out, which is told", () => {
    const made = encoded({ responseFormat: { type: "json_object" } });
    expect(made.body).not.toHaveProperty("output_config");
    expect(told(made)).toEqual(["response_format dropped"]);
  });
});

test("other makers' servers are told who asks as it is", () => {
  const made = encoded({ user: "jane@example.com" }, { model: "kimi-k3", rules: COMPATIBLE_MESSAGES_RULES });
  expect(made.body["metadata"]).toEqual({ user_id: "jane@example.com" });
});

describe("a parameter", () => {
  test.each<[Partial<InferenceRequest>, JsonObject, readonly string[]]>([
    [{ temperature: 0.5, topK: 3 }, { temperature: 0.5, top_k: 3 }, []],
    [{ temperature: 1.7 }, { temperature: 1 }, ["temperature replaced"]],
    [{ temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, ["top_p dropped"]],
    [{ stop: "#" }, { stop_sequences: ["#"] }, []],
    [{ stop: ["#", "\n"] }, { stop_sequences: ["#"] }, ["stop dropped"]],
    [{ user: "u" }, { metadata: { user_id: "u" } }, []],
    [{ safetyIdentifier: "s" }, { metadata: { user_id: "s" } }, []],
    [{ user: "6a1f-4be2" }, { metadata: { user_id: "6a1f-4be2" } }, []],
    [{ user: "5551234567" }, { metadata: { user_id: "5551234567" } }, []],
    [{ user: "jane@example.com" }, {}, ["user dropped"]],
    [{ user: "Jane <jane@example.com>" }, {}, ["user dropped"]],
    [{ user: "+15551234567" }, {}, ["user dropped"]],
    [{ safetyIdentifier: "(555) 123-4567" }, {}, ["safety_identifier dropped"]],
    [{ serviceTier: "auto" }, { service_tier: "auto" }, []],
    [{ serviceTier: "default" }, { service_tier: "standard_only" }, []],
    [{ serviceTier: "priority" }, { service_tier: "auto" }, ["service_tier replaced"]],
    [{ serviceTier: "flex" }, {}, ["service_tier dropped"]],
    [{ n: 1, store: false, logprobs: false, presencePenalty: 0, modalities: ["text"] }, {}, []],
    [
      {
        n: 2,
        seed: 1,
        presencePenalty: 1,
        frequencyPenalty: 1,
        logitBias: { a: 1 },
        logprobs: true,
        verbosity: "low",
        promptCacheKey: "k",
        promptCacheRetention: "24h",
        metadata: { a: "b" },
        store: true,
      },
      {},
      [
        "n",
        "seed",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "verbosity",
        "prompt_cache_key",
        "prompt_cache_retention",
        "metadata",
        "store",
      ].map((field) => `${field} dropped`),
    ],
    [
      { extra: { container: "c", metadata: { a: 1 } }, user: "u" },
      { container: "c", metadata: { a: 1, user_id: "u" } },
      [],
    ],
  ])("of %j", (request, expected, changes) => {
    const made = encoded(request);
    const { model: _model, max_tokens: _limit, messages: _messages, ...body } = made.body;
    expect(body).toEqual(expected);
    expect(told(made)).toEqual(changes);
  });

  test("about drawing tokens is left out for models that refuse it", () => {
    const made = encoded({ temperature: 0, topP: 0.9, topK: 2 }, { model: "claude-opus-4-8" });
    expect(told(made)).toEqual(["temperature dropped", "top_p dropped", "top_k dropped"]);
  });
});

test("Vertex wants its version in the body, and the model elsewhere", () => {
  const { body } = encoded({}, { rules: VERTEX_MESSAGES_RULES });
  expect(body).toMatchObject({ anthropic_version: "vertex-2023-10-16" });
  expect(body).not.toHaveProperty("model");
});
