import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { EncodedRequest } from "../translation/codec.ts";
import { createOllamaServer } from "./codec.ts";
import { OLLAMA_RULES } from "./rules.ts";
import type { OllamaRules } from "./rules.ts";

const PNG = "data:image/png;base64,iVBORw0KGgo=";
const user: Message = { role: "user", content: "Hi" };

function encode(
  request: Partial<InferenceRequest>,
  rules: Partial<OllamaRules> = {},
  translated = true,
): EncodedRequest {
  const codec = createOllamaServer({ ...OLLAMA_RULES, ...rules });
  return codec.encodeRequest({ model: "fast", messages: [user], ...request }, { model: "m", stream: true, translated });
}

const bodyOf = (request: Partial<InferenceRequest>, rules?: Partial<OllamaRules>): JsonObject =>
  encode(request, rules).body;
const messagesOf = (...messages: readonly Message[]): unknown => bodyOf({ messages })["messages"];
const changesOf = (request: Partial<InferenceRequest>): readonly string[] =>
  encode(request).changes.map(({ field, action, to }) => [field, action, to].filter(Boolean).join(" "));

test("goes to /api/chat", () => {
  expect(createOllamaServer(OLLAMA_RULES).routeOf({ model: "m", stream: true })).toEqual({ path: "/api/chat" });
});

describe("parameters", () => {
  test("one question", () => {
    expect(bodyOf({})).toEqual({ model: "m", messages: [user], stream: true, truncate: false });
  });

  test("options", () => {
    const request = { maxTokens: 9, temperature: 0, topP: 0.5, topK: 3, seed: 1, stop: "x", presencePenalty: 1 };
    expect(bodyOf({ ...request, extra: { options: { num_ctx: 8 }, keep_alive: 0 } })).toMatchObject({
      options: {
        num_predict: 9,
        temperature: 0,
        top_p: 0.5,
        top_k: 3,
        seed: 1,
        stop: ["x"],
        presence_penalty: 1,
        num_ctx: 8,
      },
      keep_alive: 0,
    });
  });

  test.each<[InferenceRequest["responseFormat"], unknown]>([
    [{ type: "text" }, undefined],
    [{ type: "json_object" }, "json"],
    [{ type: "json_object", extra: { schema: { type: "array" } } }, { type: "array" }],
    [{ type: "json_schema", name: "n", schema: { type: "object" }, strict: true }, { type: "object" }],
  ])("the format %j is %j", (responseFormat, format) => {
    expect(bodyOf({ ...(responseFormat && { responseFormat }) })["format"]).toEqual(format);
  });

  test.each<[Partial<InferenceRequest>, boolean | string | undefined, readonly string[]]>([
    [{}, undefined, []],
    [{ reasoningEffort: "none" }, false, []],
    [{ reasoningEffort: "medium" }, "medium", []],
    [{ reasoningEffort: "minimal" }, "low", ["reasoning_effort replaced low"]],
    [{ reasoningEffort: "xhigh" }, "high", ["reasoning_effort replaced high"]],
    [{ reasoningEffort: "hard" }, undefined, ["reasoning_effort dropped"]],
    [{ reasoningBudget: 0 }, false, []],
    [{ reasoningBudget: 4000 }, "medium", ["reasoning_budget replaced medium"]],
    [{ reasoningBudget: 100 }, "low", ["reasoning_budget replaced low"]],
    [{ reasoningBudget: 4000, reasoningEffort: "high" }, "high", ["reasoning_budget replaced high"]],
  ])("thinking: %j is %j", (request, think, changes) => {
    expect(bodyOf(request)["think"]).toBe(think);
    expect(changesOf(request)).toEqual(changes);
  });

  test("probabilities", () => {
    expect(bodyOf({ logprobs: true, topLogprobs: 3 })).toMatchObject({ logprobs: true, top_logprobs: 3 });
  });

  test("what the server does not know is told", () => {
    const unknown: Partial<InferenceRequest> = {
      n: 2,
      logitBias: { 1: 2 },
      user: "u",
      metadata: { a: 1 },
      store: true,
      serviceTier: "flex",
      promptCacheKey: "k",
      promptCacheRetention: "24h",
      modalities: ["text", "audio"],
    };
    expect([...changesOf(unknown)].sort()).toEqual(
      [
        "logit_bias",
        "metadata",
        "modalities",
        "n",
        "prompt_cache_key",
        "prompt_cache_retention",
        "service_tier",
        "store",
        "user",
      ].map((field) => `${field} dropped`),
    );
    expect(changesOf({ n: 1, store: false, modalities: ["text"], parallelToolCalls: true })).toEqual([]);
  });
});

describe("how a model is loaded", () => {
  const rules = { contextLength: 16_384, keepAlive: "30m" };

  test("as the rules say, where the request does not", () => {
    expect(bodyOf({ seed: 1 }, rules)).toMatchObject({ options: { seed: 1, num_ctx: 16_384 }, keep_alive: "30m" });
    expect(bodyOf({ extra: { options: { num_ctx: 4096 }, keep_alive: 0 } }, rules)).toMatchObject({
      options: { num_ctx: 4096 },
      keep_alive: 0,
    });
  });

  test("what is too long is cut only for the server's own clients", () => {
    expect(bodyOf({})["truncate"]).toBe(false);
    expect(bodyOf({ extra: { truncate: true } })["truncate"]).toBe(true);
    expect(encode({}, {}, false).body).not.toHaveProperty("truncate");
  });
});

describe("turns", () => {
  test("instructions stand at the beginning, and later ones are the user's", () => {
    const request = {
      system: "A",
      messages: [{ role: "developer", content: "B" }, user, { role: "system", content: "C" }] as const,
    };
    expect(bodyOf(request)["messages"]).toEqual([
      { role: "system", content: "A\nB" },
      user,
      { role: "user", content: "C" },
    ]);
    expect(changesOf(request)).toEqual(["messages[3].role replaced user"]);
  });

  test("parts are one text, with images before it", () => {
    const parts = [
      { type: "image", url: PNG },
      { type: "text", text: "a" },
      { type: "text", text: "b" },
      { type: "audio", data: "AAAA", format: "wav" },
      { type: "file", file: { file_data: "data:text/plain;base64,aGk=" } },
    ] as const;
    const request = { messages: [{ role: "user", content: parts }] as const };
    expect(bodyOf(request)["messages"]).toEqual([
      { role: "user", content: "a\nb\nhi", images: ["iVBORw0KGgo=", "AAAA"] },
    ]);
    expect(changesOf(request)).toEqual(["messages[0].content replaced images first"]);
    expect(changesOf({ messages: [{ role: "user", content: parts.slice(0, 3) }] })).toEqual([]);
  });

  test.each(["wav", "WAVE", "x-wav", "mp3", "mpeg"])("a sound as %s goes among the images", (format) => {
    const sound = { type: "audio", data: "AAAA", format } as const;
    const file = { type: "file", file: { file_data: `data:audio/${format};base64,AAAA` } } as const;
    for (const part of [sound, file]) {
      expect(messagesOf({ role: "user", content: [part] })).toEqual([{ role: "user", content: "", images: ["AAAA"] }]);
    }
  });

  test.each<[string, Message["content"], string]>([
    [
      "an image by URL",
      [
        { type: "text", text: "a" },
        { type: "image", url: "https://x.test/a.png" },
      ],
      "messages[0].content[1]",
    ],
    ["a file by id", [{ type: "file", file: { file_id: "f" } }], "messages[0].content[0]"],
    [
      "a sound that is neither WAV nor MP3",
      [
        { type: "audio", data: "AAAA", format: "mp3" },
        { type: "audio", data: "AAAA", format: "flac" },
      ],
      "messages[0].content[1]",
    ],
    [
      "such a sound as a file",
      [{ type: "file", file: { file_data: "data:audio/ogg;base64,AAAA" } }],
      "messages[0].content[0]",
    ],
    ["a PDF", [{ type: "file", file: { file_data: "data:application/pdf;base64,AAAA" } }], "messages[0].content[0]"],
  ])("%s has no place", (_title, content, param) => {
    expect(encode({ messages: [{ role: "user", content }] }).refusal).toMatchObject({ kind: "unsupported", param });
  });

  test("an assistant's thinking, text and calls; what is another model's is told", () => {
    const turn: Message = {
      role: "assistant",
      content: "I look.",
      reasoning: "Hm.",
      reasoningDetails: [{ type: "reasoning.encrypted", data: "x" }],
      toolCalls: [{ id: "x", type: "function", name: "f", arguments: '{"a":1}', input: { a: 1 } }],
    };
    const results: readonly Message[] = [
      { role: "tool", toolCallId: "x", content: "gone", isError: true },
      {
        role: "tool",
        toolCallId: "x",
        content: [
          { type: "text", text: "1" },
          { type: "image", url: PNG },
        ],
      },
    ];
    expect(messagesOf(user, turn, ...results)).toEqual([
      user,
      {
        role: "assistant",
        content: "I look.",
        thinking: "Hm.",
        tool_calls: [{ id: "x", function: { name: "f", arguments: { a: 1 } } }],
      },
      { role: "tool", content: "Error: gone", tool_name: "f", tool_call_id: "x" },
      { role: "tool", content: "1", images: ["iVBORw0KGgo="], tool_name: "f", tool_call_id: "x" },
    ]);
    expect(changesOf({ messages: [user, turn, ...results] })).toEqual([
      "reasoning_details dropped",
      "messages[2].is_error replaced Error: …",
    ]);
    const saysSo: Message = { role: "tool", toolCallId: "x", content: "Error: gone", isError: true };
    expect(messagesOf(user, turn, saysSo)).toMatchObject([{}, {}, { content: "Error: gone" }]);
    expect(changesOf({ messages: [user, turn, saysSo] })).toEqual(["reasoning_details dropped"]);
  });

  test("an earlier call whose arguments are no object keeps what the model wrote", () => {
    const call = { id: "x", type: "function", name: "f", arguments: '{"a":', problem: "not-json" } as const;
    const turn: Message = { role: "assistant", content: null, toolCalls: [call] };
    expect(messagesOf(user, turn)).toMatchObject([
      {},
      { tool_calls: [{ function: { name: "f", arguments: { arguments: '{"a":' } } }] },
    ]);
    expect(changesOf({ messages: [user, turn] })).toEqual([
      "messages[1].tool_calls[0].function.arguments replaced an object around the text",
    ]);
  });

  test("turns of the model are one again where thinking, text and calls keep their order", () => {
    const call = { id: "x", type: "function", name: "f", arguments: "{}", input: {} } as const;
    const wire = { id: "x", function: { name: "f", arguments: {} } };
    const say = (content: string, more: Partial<Message> = {}): Message => ({ role: "assistant", content, ...more });
    expect(messagesOf(user, say("", { reasoning: "a" }), say("b"), say("", { toolCalls: [call] }), say("c"))).toEqual([
      user,
      { role: "assistant", content: "b", thinking: "a", tool_calls: [wire] },
      { role: "assistant", content: "c" },
    ]);
    expect(messagesOf(user, say("a"), say("", { reasoning: "b" }))).toHaveLength(3);
  });

  test("names of speakers and marks for a cache are told, the latter once", () => {
    const cacheControl = { type: "ephemeral" };
    const request: Partial<InferenceRequest> = {
      messages: [
        { role: "user", name: "ann", content: [{ type: "text", text: "a", cacheControl }] },
        { ...user, cacheControl },
      ],
    };
    expect(changesOf(request)).toEqual(["messages[0].name dropped", "cache_control dropped"]);
  });
});

describe("tools", () => {
  const tools = [{ name: "f", parameters: { type: "object" }, strict: true }, { name: "g" }];
  const namesOf = (request: Partial<InferenceRequest>): unknown =>
    (bodyOf(request)["tools"] as readonly { function: { name: string } }[] | undefined)?.map(
      (tool) => tool.function.name,
    );

  test("functions", () => {
    expect(bodyOf({ tools })["tools"]).toEqual([
      { type: "function", function: { name: "f", parameters: { type: "object" } } },
      { type: "function", function: { name: "g", parameters: { type: "object", properties: {} } } },
    ]);
    expect(changesOf({ tools })).toEqual(["tools[0].strict dropped"]);
  });

  test("a schema that is `true` is an object", () => {
    const parameters = { type: ["object", "null"], properties: { value: true } };
    const { body, changes } = encode({ tools: [{ name: "f", parameters }] });
    expect(body["tools"]).toEqual([
      { type: "function", function: { name: "f", parameters: { type: "object", properties: { value: {} } } } },
    ]);
    expect(changes).toMatchObject([{ field: "tools[0].function.parameters", action: "replaced" }]);
  });

  test("a tool of free text is a function, and so are its calls", () => {
    const request: Partial<InferenceRequest> = {
      tools: [{ type: "custom", name: "patch" }],
      messages: [
        user,
        { role: "assistant", content: "", toolCalls: [{ id: "x", type: "custom", name: "patch", arguments: "*" }] },
      ],
    };
    expect(bodyOf(request)).toMatchObject({
      tools: [{ function: { name: "patch", parameters: { required: ["input"] } } }],
      messages: [{}, { tool_calls: [{ function: { arguments: { input: "*" } } }] }],
    });
    expect(changesOf(request)).toEqual(["tools[0] replaced function"]);
  });

  test.each<[InferenceRequest["toolChoice"], unknown, readonly string[]]>([
    ["auto", ["f", "g"], []],
    ["none", undefined, ["tool_choice replaced no tools"]],
    ["required", ["f", "g"], ["tool_choice dropped"]],
    [{ name: "g" }, ["g"], ["tool_choice replaced that tool alone"]],
    [{ name: "h" }, ["f", "g"], ["tool_choice dropped"]],
  ])("the choice %j", (toolChoice, names, changes) => {
    const request = { tools: [{ name: "f" }, { name: "g" }], ...(toolChoice && { toolChoice }) };
    expect(namesOf(request)).toEqual(names);
    expect(changesOf(request)).toEqual(changes);
  });

  test("one call at a time cannot be asked for", () => {
    expect(changesOf({ tools: [{ name: "f" }], parallelToolCalls: false })).toEqual(["parallel_tool_calls dropped"]);
  });
});
