import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { objectOf } from "../json/read.ts";
import { GEMINI_RULES, VERTEX_GEMINI_RULES } from "./rules.ts";
import { called, hi, MODEL, told, write } from "./testing/requests.ts";

describe("how much to think", () => {
  test.each<[string, Partial<InferenceRequest>, JsonObject | undefined, readonly string[]]>([
    ["gemini-2.5-flash", {}, undefined, []],
    ["gemini-2.5-flash", { reasoningEffort: "medium" }, { thinkingBudget: 8192, includeThoughts: true }, []],
    ["gemini-2.5-flash", { reasoningEffort: "none" }, { thinkingBudget: 0 }, []],
    ["gemini-2.5-pro", { reasoningEffort: "none" }, { thinkingBudget: 128 }, ["replaced reasoning_effort"]],
    [
      "gemini-2.5-flash",
      { reasoningBudget: 99_999 },
      { thinkingBudget: 24_576, includeThoughts: true },
      ["replaced reasoning_budget"],
    ],
    ["gemini-2.5-flash", { reasoningEffort: "odd" }, { includeThoughts: true }, ["dropped reasoning_effort"]],
    [
      "gemini-3-pro",
      { reasoningEffort: "medium" },
      { thinkingLevel: "high", includeThoughts: true },
      ["replaced reasoning_effort"],
    ],
    [
      "gemini-3-flash",
      { reasoningEffort: "medium", reasoningSummary: "none" },
      { thinkingLevel: "medium", includeThoughts: false },
      [],
    ],
    [
      "gemini-3-flash",
      { reasoningEffort: "max" },
      { thinkingLevel: "high", includeThoughts: true },
      ["replaced reasoning_effort"],
    ],
    [
      "gemini-3-flash",
      { reasoningBudget: 1000 },
      { thinkingLevel: "low", includeThoughts: true },
      ["replaced reasoning_budget"],
    ],
    ["gemini-3-flash", { reasoningBudget: 0 }, { thinkingLevel: "minimal" }, ["replaced reasoning_budget"]],
    ["gemini-2.0-flash", { reasoningEffort: "high" }, undefined, ["dropped reasoning_effort"]],
    ["gemma-3", { reasoningBudget: 5 }, undefined, ["dropped reasoning_budget"]],
    ["gemma-4-31b-it", { reasoningEffort: "none" }, { thinkingLevel: "minimal" }, ["replaced reasoning_effort"]],
    ["gemma-4-31b-it", { reasoningEffort: "high" }, { thinkingLevel: "high", includeThoughts: true }, []],
    ["gemini-2.5-flash-image", { reasoningEffort: "low" }, undefined, ["dropped reasoning_effort"]],
    [
      "gemini-3.1-flash-image",
      { reasoningEffort: "low" },
      { thinkingLevel: "high", includeThoughts: true },
      ["replaced reasoning_effort"],
    ],
    ["gemini-3.6-flash", { reasoningEffort: "minimal" }, { thinkingLevel: "minimal", includeThoughts: true }, []],
    ["gemini-4-hydrogen", { reasoningEffort: "xhigh" }, { thinkingLevel: "xhigh", includeThoughts: true }, []],
  ])("%s, %j", (model, request, config, wanted) => {
    const { body, changes } = write(request, model);
    expect(objectOf(body["generationConfig"])?.["thinkingConfig"]).toEqual(config);
    expect(told(changes)).toEqual(wanted);
  });
});

test.each(["gemini-3.7-flash", "gemini-3.8-flash", "gemini-pro-latest", "gemini-flash-latest", "gemini-5-neon"])(
  "%s thinks a little at least, and so does every model that nobody knows yet",
  (model) => {
    const { body, changes } = write({ reasoningEffort: "none" }, model);
    expect(body["generationConfig"]).toEqual({ thinkingConfig: { thinkingLevel: "low" } });
    expect(told(changes)).toEqual(["replaced reasoning_effort"]);
  },
);

describe("tools", () => {
  const tool = {
    name: "f",
    description: "d",
    parameters: { type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: {} },
  };

  test("schemas go as they are", () => {
    expect(write({ tools: [tool] }).body["tools"]).toEqual([
      { functionDeclarations: [{ name: "f", description: "d", parametersJsonSchema: tool.parameters }] },
    ]);
  });

  test("one that takes nothing has none", () => {
    const tools = [{ name: "f", parameters: { type: "object", properties: {} } }];
    expect(write({ tools }).body["tools"]).toEqual([{ functionDeclarations: [{ name: "f" }] }]);
  });

  test.each([
    ["auto", { mode: "AUTO" }],
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY" }],
  ] as const)("the choice %s", (toolChoice, functionCallingConfig) => {
    expect(write({ tools: [tool], toolChoice }).body["toolConfig"]).toEqual({ functionCallingConfig });
    expect(write({ toolChoice }).body["toolConfig"]).toBeUndefined();
  });

  test("a tool of free text is a function, and so are its calls", () => {
    const { body, changes } = write({
      tools: [{ type: "custom", name: "patch" }],
      messages: [hi, called("c", "patch", { type: "custom", arguments: "*** Begin" })],
    });
    expect(JSON.stringify(body)).toContain('"args":{"input":"*** Begin"}');
    expect(told(changes)).toEqual(["replaced tools[0]"]);
  });

  test("what cannot be said is told", () => {
    const { changes } = write({ tools: [{ ...tool, strict: true }], parallelToolCalls: false, webSearchOptions: {} });
    expect(told(changes)).toEqual([
      "dropped tools[0].strict",
      "dropped web_search_options",
      "dropped parallel_tool_calls",
    ]);
  });

  test("a search of the web is the server's, where there are no functions", () => {
    expect(write({ webSearchOptions: {} }).body["tools"]).toEqual([{ googleSearch: {} }]);
  });
});

describe("settings", () => {
  test("under the dialect's names", () => {
    const { body, changes } = write({
      temperature: 0,
      topP: 0.9,
      topK: 4,
      maxTokens: 9,
      stop: "x",
      n: 2,
      seed: 7,
      logprobs: true,
      topLogprobs: 3,
      modalities: ["text", "audio"],
      audio: { voice: "Kore" },
      responseFormat: { type: "json_schema", name: "s", schema: { type: "object" } },
    });
    expect(body["generationConfig"]).toEqual({
      temperature: 0,
      topP: 0.9,
      topK: 4,
      maxOutputTokens: 9,
      stopSequences: ["x"],
      candidateCount: 2,
      seed: 7,
      responseLogprobs: true,
      logprobs: 3,
      responseModalities: ["TEXT", "AUDIO"],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: "Kore" } } },
      responseMimeType: "application/json",
      responseJsonSchema: { type: "object" },
    });
    expect(changes).toEqual([]);
  });

  test("penalties go to models that take them, and one of 0 is none", () => {
    const penalties = { presencePenalty: 1, frequencyPenalty: 0 };
    const { body, changes } = write(penalties);
    expect(body["generationConfig"]).toBeUndefined();
    expect(told(changes)).toEqual(["dropped presence_penalty"]);
    expect(write(penalties, "gemini-2.0-flash").body["generationConfig"]).toEqual(penalties);
  });

  test("several answers and log probabilities are for models that give them", () => {
    const asked = { n: 2, logprobs: true, topLogprobs: 3, seed: 1 };
    const { body, changes } = write(asked, "gemini-3.7-flash");
    expect(body["generationConfig"]).toEqual({ seed: 1 });
    expect(told(changes)).toEqual(["dropped n", "dropped logprobs"]);
    expect(write({ n: 1 }, "gemini-3.7-flash").changes).toEqual([]);
    const onVertex = write(asked, "gemini-3.7-flash", VERTEX_GEMINI_RULES);
    expect(onVertex.body["generationConfig"]).toMatchObject({ candidateCount: 2, logprobs: 3 });
  });

  test("five stop sequences at most, and no empty one", () => {
    const { body, changes } = write({ stop: ["", "a", "b", "c", "d", "e", "f"] });
    expect(body["generationConfig"]).toEqual({ stopSequences: ["a", "b", "c", "d", "e"] });
    expect(told(changes)).toEqual(["dropped stop"]);
    expect(write({ stop: "" }).body["generationConfig"]).toBeUndefined();
  });

  test("what has no word is told", () => {
    const { changes, body } = write({
      logitBias: { "1": 1 },
      prediction: {},
      verbosity: "low",
      user: "u",
      safetyIdentifier: "s",
      promptCacheKey: "k",
      promptCacheRetention: "24h",
      metadata: {},
      store: true,
      serviceTier: "scale",
      messages: [
        {
          role: "user",
          name: "ann",
          content: [
            { type: "text", text: "hi", cacheControl: {} },
            { type: "image", url: "data:image/png;base64,AAAA", detail: "low", cacheControl: {} },
          ],
        },
      ],
    });
    expect(told(changes).map((field) => field.replace("dropped ", ""))).toEqual([
      "messages[0].name",
      "cache_control",
      "messages[0].content[1].detail",
      "logit_bias",
      "prediction",
      "verbosity",
      "user",
      "safety_identifier",
      "prompt_cache_key",
      "prompt_cache_retention",
      "metadata",
      "store",
      "service_tier",
    ]);
    expect(Object.keys(body)).toEqual(["contents"]);
  });

  test.each([
    ["priority", "priority"],
    ["default", "standard"],
    ["auto", undefined],
  ])("the tier %s", (serviceTier, word) => {
    expect(write({ serviceTier }).body["serviceTier"]).toBe(word);
    expect(write({ serviceTier }, MODEL, VERTEX_GEMINI_RULES).body["serviceTier"]).toBeUndefined();
  });

  test("refused fields are left out, inner ones too", () => {
    const rules = { ...GEMINI_RULES, refusedFields: ["labels", "generationConfig.seed"] };
    const { body, changes } = write({ seed: 1, topK: 2, extra: { labels: { a: "b" } } }, MODEL, rules);
    expect(body["generationConfig"]).toEqual({ topK: 2 });
    expect(body["labels"]).toBeUndefined();
    expect(told(changes)).toEqual(["dropped labels", "dropped seed"]);
  });
});
