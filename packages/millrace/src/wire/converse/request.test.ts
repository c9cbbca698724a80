import { describe, expect, test } from "vitest";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ToolChoice } from "../../model/tool.ts";
import { objectOf } from "../json/read.ts";
import { createConverseServer } from "./codec.ts";
import { BEDROCK_RULES } from "./rules.ts";
import { sent } from "./testing/encode.ts";
import type { Fields } from "./testing/encode.ts";

const NEWEST = "global.anthropic.claude-opus-4-7";
const CLAUDE_4_6 = "us.anthropic.claude-sonnet-4-6";
const CLAUDE_4 = "anthropic.claude-sonnet-4-20250514-v1:0";
const HAIKU_3 = "anthropic.claude-3-haiku-20240307-v1:0";
const NOVA = "us.amazon.nova-pro-v1:0";
const LLAMA = "us.meta.llama3-3-70b-instruct-v1:0";
const MISTRAL = "mistral.mistral-large-2402-v1:0";
const QWEN = "qwen.qwen3-32b-v1:0";
const PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";

describe("where a request goes", () => {
  const { routeOf } = createConverseServer(BEDROCK_RULES);
  test.each([
    ["a.b-v1:0", false, "/model/a.b-v1%3A0/converse"],
    [
      PROFILE,
      true,
      "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123/converse-stream",
    ],
  ])("%s, streamed: %s", (model, stream, path) => {
    expect(routeOf({ model, stream })).toEqual({ path });
  });
});

describe("a limit where the caller gave none", () => {
  const server = createConverseServer(BEDROCK_RULES);
  const limitOf = (model: string, more: Partial<InferenceRequest> = {}): unknown => {
    const { body, changes } = server.encodeRequest(
      { model, prompt: "hi", ...more },
      { model, stream: true, translated: true },
    );
    return [objectOf(body["inferenceConfig"])?.["maxTokens"], changes.map(({ field, to }) => `${field} ${to ?? ""}`)];
  };

  test("is added for Claude, whose answers the service would end early, with room for its thoughts", () => {
    expect(limitOf("us.anthropic.claude-sonnet-4-6")).toEqual([8192, ["max_tokens 8192"]]);
    expect(limitOf("us.anthropic.claude-sonnet-4-5-20250929-v1:0", { reasoningBudget: 4000 })).toEqual([
      12_192,
      ["max_tokens 12192"],
    ]);
  });

  test("is not for others, nor for Claude models of which some give no more", () => {
    expect(limitOf("amazon.nova-pro-v1:0")).toEqual([undefined, []]);
    expect(limitOf("anthropic.claude-3-haiku-20240307-v1:0")).toEqual([undefined, []]);
    expect(limitOf("us.anthropic.claude-sonnet-4-6", { maxTokens: 5 })).toEqual([5, []]);
  });
});

describe("parameters", () => {
  test("those that all models know", () => {
    expect(sent({ maxTokens: 10, temperature: 0.5, stop: "END" }, NOVA)).toEqual({
      body: { inferenceConfig: { maxTokens: 10, temperature: 0.5, stopSequences: ["END"] } },
      changes: [],
    });
  });

  test("stop sequences of white space are left out, which is told; an empty one says nothing", () => {
    expect(sent({ stop: ["", "END", "\n"] }, NOVA)).toEqual({
      body: { inferenceConfig: { stopSequences: ["END"] } },
      changes: ["stop dropped"],
    });
    expect(sent({ stop: "" })).toEqual({ body: {}, changes: [] });
  });

  test("stop sequences are left out where the model refuses them", () => {
    expect(sent({ stop: ["END"] }, QWEN)).toEqual({ body: {}, changes: ["stop dropped"] });
    expect(sent({ stop: "END" }, "openai.gpt-oss-120b-1:0").changes).toEqual(["stop dropped"]);
    expect(sent({ stop: [] }, QWEN).changes).toEqual([]);
  });

  test("a temperature above 1 becomes 1", () => {
    expect(sent({ temperature: 1.5 }, NOVA)).toEqual({
      body: { inferenceConfig: { temperature: 1 } },
      changes: ["temperature replaced 1"],
    });
  });

  test.each<[string, Fields, object, readonly string[]]>([
    [NOVA, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, topP: 0.9 }, []],
    [CLAUDE_4, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, topP: 0.9 }, []],
    [CLAUDE_4_6, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, ["top_p dropped"]],
    [CLAUDE_4_6, { temperature: 0.5, topP: 1 }, { temperature: 0.5 }, []],
    [CLAUDE_4_6, { topP: 0.9 }, { topP: 0.9 }, []],
    [NEWEST, { maxTokens: 5, temperature: 0.5, topP: 0.9 }, { maxTokens: 5 }, ["temperature dropped", "top_p dropped"]],
  ])("sampling of %s: %j", (model, fields, inferenceConfig, changes) => {
    expect(sent(fields, model)).toEqual({ body: { inferenceConfig }, changes });
  });

  test.each<[string, object | undefined]>([
    [HAIKU_3, { top_k: 5 }],
    [NOVA, { inferenceConfig: { topK: 5 } }],
    [MISTRAL, { top_k: 5 }],
    [LLAMA, undefined],
    [PROFILE, undefined],
  ])("top_k of %s is %j", (model, fields) => {
    expect(sent({ topK: 5 }, model)).toEqual({
      body: fields === undefined ? {} : { additionalModelRequestFields: fields },
      changes: fields === undefined ? ["top_k dropped"] : [],
    });
  });

  test("what has no place is told by its name in chat completions", () => {
    const fields: Fields = {
      seed: 1,
      n: 2,
      presencePenalty: 1,
      frequencyPenalty: 1,
      logitBias: { "1": 1 },
      logprobs: true,
      topLogprobs: 2,
      verbosity: "low",
      modalities: ["text", "audio"],
      audio: { voice: "a" },
      prediction: { type: "content" },
      webSearchOptions: {},
      user: "u",
      safetyIdentifier: "s",
      promptCacheKey: "p",
      promptCacheRetention: "24h",
      store: true,
    };
    const { body, changes } = sent(fields);
    expect(body).toEqual({});
    expect(changes.map((change) => change.replace(" dropped", "")).sort()).toEqual(
      [
        ["audio", "frequency_penalty", "logit_bias", "logprobs", "modalities", "n", "prediction", "presence_penalty"],
        [
          "prompt_cache_key",
          "prompt_cache_retention",
          "safety_identifier",
          "seed",
          "store",
          "top_logprobs",
          "user",
          "verbosity",
          "web_search_options",
        ],
      ].flat(),
    );
  });

  test("what happens anyway is no change", () => {
    expect(sent({ n: 1, logprobs: false, store: false, modalities: ["text"], serviceTier: "auto" })).toEqual({
      body: {},
      changes: [],
    });
  });

  test("the tier, where the server has one of the name", () => {
    expect(sent({ serviceTier: "priority" }).body).toEqual({ serviceTier: { type: "priority" } });
    expect(sent({ serviceTier: "standard_only" }).body).toEqual({ serviceTier: { type: "default" } });
    expect(sent({ serviceTier: "scale" })).toEqual({ body: {}, changes: ["service_tier dropped"] });
  });

  test("metadata that the server takes", () => {
    expect(sent({ metadata: { team: "a b", count: 1, note: "ü" } })).toEqual({
      body: { requestMetadata: { team: "a b" } },
      changes: ["metadata dropped"],
    });
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, "v"]));
    expect(Object.keys((sent({ metadata: many }).body as { requestMetadata: object }).requestMetadata)).toHaveLength(
      16,
    );
  });

  test("Claude says which stop sequence it was, where it is asked", () => {
    const stop = ["END"];
    expect(sent({ stop }).body).toMatchObject({ additionalModelResponseFieldPaths: ["/delta/stop_sequence"] });
    expect(sent({ stop }, HAIKU_3, false).body).toMatchObject({
      additionalModelResponseFieldPaths: ["/stop_sequence"],
    });
  });

  test("a caller's own fields go as they are, and before ours", () => {
    const extra = { guardrailConfig: { guardrailIdentifier: "g" }, additionalModelRequestFields: { top_k: 9, x: 1 } };
    expect(sent({ topK: 5, extra }).body).toEqual({ ...extra, additionalModelRequestFields: { top_k: 9, x: 1 } });
  });
});

describe("an answer that keeps to a schema", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const responseFormat = { type: "json_schema", name: "s", schema, strict: true } as const;

  test("the schema goes as a text", () => {
    const jsonSchema = { schema: JSON.stringify(schema), name: "s" };
    expect(sent({ responseFormat }, QWEN)).toEqual({
      body: { outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema } } } },
      changes: [],
    });
  });

  test("Claude takes only objects that are closed", () => {
    const { body, changes } = sent({ responseFormat });
    expect(JSON.stringify(body)).toContain(String.raw`\"additionalProperties\":false`);
    expect(changes).toEqual(["response_format replaced a schema of closed objects, with other limits in descriptions"]);
  });

  test.each([HAIKU_3, NOVA, NEWEST])("%s cannot be held to one", (model) => {
    expect(sent({ responseFormat }, model)).toEqual({ body: {}, changes: ["response_format dropped"] });
  });

  test("any JSON has no word", () => {
    expect(sent({ responseFormat: { type: "json_object" } }).changes).toEqual(["response_format dropped"]);
    expect(sent({ responseFormat: { type: "text" } }).changes).toEqual([]);
  });
});

describe("tools", () => {
  const tool = { name: "f", description: "Does it", parameters: { type: "object", properties: {} } };
  const toolSpec = { name: "f", description: "Does it", inputSchema: { json: tool.parameters } };
  const history: readonly Message[] = [
    { role: "user", content: "x" },
    { role: "assistant", content: null, toolCalls: [{ id: "a", type: "function", name: "g", arguments: "{}" }] },
    { role: "tool", toolCallId: "a", content: "ok" },
  ];

  test("a definition; without a schema or a description it has what the server needs", () => {
    expect(sent({ tools: [tool, { name: "h", description: " " }] })).toEqual({
      body: {
        toolConfig: { tools: [{ toolSpec }, { toolSpec: { name: "h", inputSchema: { json: { type: "object" } } } }] },
      },
      changes: [],
    });
  });

  test("strict, where the model can be held to a schema", () => {
    const tools = [{ ...tool, strict: true }];
    expect(sent({ tools }, QWEN)).toEqual({
      body: { toolConfig: { tools: [{ toolSpec: { ...toolSpec, strict: true } }] } },
      changes: [],
    });
    const json = { ...tool.parameters, additionalProperties: false };
    expect(sent({ tools: [...tools, { ...tool, name: "g", strict: true }] })).toMatchObject({
      body: {
        toolConfig: {
          tools: [
            { toolSpec: { strict: true, inputSchema: { json } } },
            { toolSpec: { strict: true, inputSchema: { json } } },
          ],
        },
      },
      changes: ["tools.parameters replaced a schema of closed objects, with other limits in descriptions"],
    });
    expect(sent({ tools }, HAIKU_3)).toEqual({
      body: { toolConfig: { tools: [{ toolSpec }] } },
      changes: ["tools[0].strict dropped"],
    });
  });

  test("a tool of free text is a function", () => {
    const { body, changes } = sent({ tools: [{ type: "custom", name: "run" }] });
    expect(JSON.stringify(body)).toContain('"required":["input"]');
    expect(changes).toEqual(["tools[0] replaced function"]);
  });

  test.each<[string, ToolChoice, object | undefined, readonly string[]]>([
    [HAIKU_3, "auto", undefined, []],
    [HAIKU_3, "required", { any: {} }, []],
    [HAIKU_3, { name: "f" }, { tool: { name: "f" } }, []],
    [MISTRAL, { name: "f" }, { any: {} }, ["tool_choice replaced required"]],
    [LLAMA, "required", undefined, ["tool_choice dropped"]],
  ])("%s must call: %j", (model, toolChoice, choice, changes) => {
    expect(sent({ tools: [tool], toolChoice }, model)).toEqual({
      body: { toolConfig: { tools: [{ toolSpec }], ...(choice && { toolChoice: choice }) } },
      changes,
    });
  });

  test("where none may be called, none are defined", () => {
    expect(sent({ tools: [tool], toolChoice: "none" })).toEqual({ body: {}, changes: [] });
  });

  test("with calls in the conversation they stay, and only Claude can be told not to call", () => {
    const fields: Fields = { messages: history, tools: [tool], toolChoice: "none" };
    expect(sent(fields).body).toEqual({
      toolConfig: { tools: [{ toolSpec }] },
      additionalModelRequestFields: { tool_choice: { type: "none" } },
    });
    expect(sent(fields, NOVA)).toEqual({
      body: { toolConfig: { tools: [{ toolSpec }] } },
      changes: ["tool_choice replaced auto"],
    });
  });

  test("calls in the conversation of a request without tools: those are defined by their names", () => {
    const { body, changes } = sent({ messages: history });
    expect(body).toMatchObject({
      toolConfig: { tools: [{ toolSpec: { name: "g", inputSchema: { json: { type: "object" } } } }] },
      additionalModelRequestFields: { tool_choice: { type: "none" } },
    });
    expect(changes).toEqual(["tools added"]);
  });

  test("one call at a time can be asked of Claude only", () => {
    const fields: Fields = { tools: [tool], toolChoice: { name: "f" }, parallelToolCalls: false };
    expect(sent(fields).body).toEqual({
      toolConfig: { tools: [{ toolSpec }] },
      additionalModelRequestFields: { tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true } },
    });
    expect(sent(fields, NOVA).changes).toEqual(["parallel_tool_calls dropped"]);
    expect(sent({ tools: [tool], parallelToolCalls: true }, NOVA).changes).toEqual([]);
  });
});
