import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { decodeCountTokens, encodeCountTokens } from "./count-tokens.ts";
import { asked, read } from "./testing/requests.ts";

describe("tools", () => {
  const declared = (parameters: JsonObject): unknown =>
    read({ contents: [asked], tools: [{ functionDeclarations: [{ name: "f", parameters }] }] }).tools?.[0];

  test("the dialect's own schema becomes JSON Schema", () => {
    const parameters = {
      type: "OBJECT",
      properties: {
        b: { type: "STRING", format: "enum", enum: ["x"], nullable: true },
        a: { type: "ARRAY", items: { type: "INTEGER" }, minItems: "1" },
      },
      propertyOrdering: ["a", "b"],
      required: ["a"],
    };
    const wanted = {
      type: "object",
      properties: {
        a: { type: "array", items: { type: "integer" }, minItems: 1 },
        b: { type: ["string", "null"], enum: ["x", null] },
      },
      required: ["a"],
    };
    expect(declared(parameters)).toEqual({ name: "f", parameters: wanted });
    expect(JSON.stringify(declared(parameters))).toContain('"properties":{"a"');
  });

  test("a property that is named like a keyword is none", () => {
    const parameters = { type: "OBJECT", properties: { type: { type: "STRING" }, format: { type: "STRING" } } };
    expect(declared(parameters)).toMatchObject({
      parameters: { properties: { type: { type: "string" }, format: { type: "string" } } },
    });
  });

  test("JSON Schema is left as it is, and the server's own tools stay", () => {
    const schema = { type: "object", properties: { a: { $ref: "#/$defs/a" } } };
    const tools = [
      { functionDeclarations: [{ name: "f", description: "d", behavior: "B", parametersJsonSchema: schema }] },
      { googleSearch: {} },
    ];
    expect(read({ contents: [asked], tools }).tools).toEqual([
      { name: "f", description: "d", parameters: schema, extra: { behavior: "B" } },
      { raw: { googleSearch: {} } },
    ]);
  });

  const functions = [{ functionDeclarations: [{ name: "f" }, { name: "g" }, { name: "h" }] }];
  test.each<[JsonObject, JsonValue, string]>([
    [{ mode: "AUTO" }, "auto", "fgh"],
    [{ mode: "NONE" }, "none", "fgh"],
    [{ mode: "ANY" }, "required", "fgh"],
    [{ mode: "ANY", allowedFunctionNames: ["g"] }, { name: "g" }, "fgh"],
    [{ mode: "ANY", allowedFunctionNames: ["f", "h"] }, "required", "fh"],
  ])("%j is %j", (functionCallingConfig, choice, offered) => {
    const request = read({ contents: [asked], tools: functions, toolConfig: { functionCallingConfig } });
    expect(request.toolChoice).toEqual(choice);
    expect(request.tools?.map((tool) => ("name" in tool ? tool.name : "")).join("")).toBe(offered);
    expect(request.extra).toBeUndefined();
  });

  test("what else is configured is kept", () => {
    const toolConfig = { functionCallingConfig: { mode: "VALIDATED" }, retrievalConfig: { languageCode: "de" } };
    expect(read({ contents: [asked], tools: functions, toolConfig }).extra).toEqual({ toolConfig });
  });
});

describe("settings", () => {
  test.each<[JsonObject, Partial<InferenceRequest>]>([
    [
      { temperature: 0.5, topP: 0.9, topK: 40 },
      { temperature: 0.5, topP: 0.9, topK: 40 },
    ],
    [
      { maxOutputTokens: 9, stopSequences: ["a"], candidateCount: 2, seed: 7 },
      { maxTokens: 9, stop: ["a"], n: 2, seed: 7 },
    ],
    [
      { presencePenalty: 1, frequencyPenalty: 2 },
      { presencePenalty: 1, frequencyPenalty: 2 },
    ],
    [
      { responseLogprobs: true, logprobs: 3 },
      { logprobs: true, topLogprobs: 3 },
    ],
    [{ responseMimeType: "application/json" }, { responseFormat: { type: "json_object" } }],
    [
      { responseMimeType: "application/json", responseSchema: { type: "OBJECT" } },
      { responseFormat: { type: "json_schema", name: "response", schema: { type: "object" } } },
    ],
    [
      { responseMimeType: "application/json", responseJsonSchema: { type: "object", $defs: {} } },
      { responseFormat: { type: "json_schema", name: "response", schema: { type: "object", $defs: {} } } },
    ],
    [{ responseMimeType: "text/plain" }, {}],
    [{ thinkingConfig: { thinkingBudget: 0 } }, { reasoningBudget: 0 }],
    [
      { thinkingConfig: { thinkingLevel: "HIGH", includeThoughts: true } },
      { reasoningEffort: "high", reasoningSummary: "auto" },
    ],
    [
      { thinkingConfig: { thinkingBudget: -1 } },
      { extra: { generationConfig: { thinkingConfig: { thinkingBudget: -1 } } } },
    ],
    [{ responseModalities: ["TEXT", "AUDIO"] }, { modalities: ["text", "audio"] }],
    [{ speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: "Kore" } } } }, { audio: { voice: "Kore" } }],
    [
      { speechConfig: { languageCode: "de" } },
      { extra: { generationConfig: { speechConfig: { languageCode: "de" } } } },
    ],
    [{ mediaResolution: "LOW" }, { extra: { generationConfig: { mediaResolution: "LOW" } } }],
  ])("%j", (generationConfig, wanted) => {
    const { messages: _messages, ...settings } = read({ contents: [asked], generationConfig });
    expect(settings).toEqual({ model: "", ...wanted });
  });

  test("the tier, and fields of the dialect's own", () => {
    const request = read({
      contents: [asked],
      serviceTier: "flex",
      cachedContent: "cachedContents/1",
      model: "models/m",
      labels: { a: "b" },
    });
    expect(request).toMatchObject({
      serviceTier: "flex",
      extra: { cachedContent: "cachedContents/1", labels: { a: "b" } },
    });
    expect(request.model).toBe("");
  });
});

describe("counting tokens", () => {
  test.each([
    ["contents alone", { contents: [asked] }],
    ["a whole request", { generateContentRequest: { model: "models/m", contents: [asked] } }],
    ["the same in snake case", { generate_content_request: { contents: [asked] } }],
  ])("of %s", (_form, body) => {
    expect(decodeCountTokens(body)).toMatchObject({ request: { messages: [{ role: "user", content: "hi" }] } });
  });

  test("of nothing is refused", () => {
    expect(decodeCountTokens({})).toMatchObject({ kind: "bad_request", param: "contents" });
  });

  test("the answer", () => {
    expect(encodeCountTokens(7)).toEqual({ totalTokens: 7 });
  });
});
