import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { batchEmbedContentsClient, embedContentClient, generateContentEmbeddings } from "./embeddings.ts";
import { encodeModel, encodeModelList } from "./models.ts";

const content = (...texts: string[]): JsonObject => ({ parts: texts.map((text) => ({ text })) });

describe("clients that ask for vectors", () => {
  test("one at a time", () => {
    const body = {
      model: "models/e",
      content: content("a", "b"),
      taskType: "RETRIEVAL_QUERY",
      outputDimensionality: 3,
    };
    expect(embedContentClient.check(body)).toBeUndefined();
    expect(embedContentClient.decodeRequest(body)).toEqual({
      request: { model: "", input: ["ab"], dimensions: 3, extra: { taskType: "RETRIEVAL_QUERY" } },
      changes: [],
    });
    expect(embedContentClient.encodeResponse([[1, 2]], undefined, body)).toEqual({ embedding: { values: [1, 2] } });
  });

  test("several at once", () => {
    const body = {
      requests: [
        { content: content("a"), output_dimensionality: 3 },
        { content: content("b"), outputDimensionality: 3 },
      ],
    };
    expect(batchEmbedContentsClient.check(body)).toBeUndefined();
    expect(batchEmbedContentsClient.decodeRequest(body)).toEqual({
      request: { model: "", input: ["a", "b"], dimensions: 3 },
      changes: [],
    });
    expect(batchEmbedContentsClient.encodeResponse([[1], [2]], { promptTokens: 4, raw: {} }, body)).toEqual({
      embeddings: [{ values: [1] }, { values: [2] }],
      usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
    });
  });

  test("settings that differ in one batch are told", () => {
    const body = { requests: [{ content: content("a"), title: "A" }, { content: content("b") }] };
    expect(batchEmbedContentsClient.decodeRequest(body)).toMatchObject({
      changes: [{ field: "requests", action: "replaced" }],
    });
  });

  test("what is no text is refused", () => {
    const body = { content: { parts: [{ inlineData: { mimeType: "image/png", data: "AAAA" } }] } };
    expect(embedContentClient.decodeRequest(body)).toMatchObject({ kind: "unsupported", param: "content" });
  });

  test.each<[JsonObject, string]>([
    [{}, "requests"],
    [{ requests: [] }, "requests"],
    [{ requests: [{}] }, "requests[0].content"],
    [{ requests: [{ content: {}, outputDimensionality: 0 }] }, "requests[0].outputDimensionality"],
  ])("%j is refused", (body, param) => {
    expect(batchEmbedContentsClient.check(body)).toMatchObject({ kind: "bad_request", param });
  });
});

describe("servers that give vectors", () => {
  const request = {
    model: "gemini-embedding-001",
    input: ["a", "b"],
    dimensions: 3,
    user: "u",
    extra: { taskType: "CLUSTERING" },
  };

  test("the request is one batch, and the model's name stands in each member", () => {
    const { body, changes, refusal } = generateContentEmbeddings.encodeRequest(request);
    expect(generateContentEmbeddings.route(request.model).path).toBe("/models/gemini-embedding-001:batchEmbedContents");
    const settings = { taskType: "CLUSTERING", outputDimensionality: 3, model: "models/gemini-embedding-001" };
    expect(body).toEqual({ requests: ["a", "b"].map((text) => ({ ...settings, content: content(text) })) });
    expect(changes).toMatchObject([{ field: "user", action: "dropped" }]);
    expect(refusal).toBeUndefined();
  });

  test("token ids are refused", () => {
    expect(generateContentEmbeddings.encodeRequest({ model: "e", input: [1, 2] }).refusal).toMatchObject({
      kind: "unsupported",
      param: "input",
    });
  });

  test("the reply", () => {
    const reply = { embeddings: [{ values: [1] }, { values: [2] }], usageMetadata: { promptTokenCount: 3 } };
    expect(generateContentEmbeddings.decodeReply(reply, request)).toMatchObject({
      vectors: [[1], [2]],
      usage: { promptTokens: 3 },
    });
    expect(generateContentEmbeddings.decodeReply({ embedding: { values: [1] } }, { model: "e", input: "a" })).toEqual({
      vectors: [[1]],
    });
  });

  test.each<[JsonObject]>([
    [{}],
    [{ embeddings: [{ values: [1] }] }],
    [{ embeddings: [{ values: [1] }, { values: ["x"] }] }],
  ])("%j is no answer to two texts", (reply) => {
    expect(generateContentEmbeddings.decodeReply(reply, request)).toMatchObject({ kind: "protocol" });
  });
});

test("models are listed with their collection before the id, once", () => {
  const first = { id: "desk/q", name: "Q", inputTokens: 9, outputTokens: 3, methods: ["generateContent"] };
  expect(encodeModelList([first, { id: "models/m" }])).toMatchObject({
    models: [
      {
        name: "models/desk/q",
        displayName: "Q",
        inputTokenLimit: 9,
        outputTokenLimit: 3,
        supportedGenerationMethods: ["generateContent"],
      },
      { name: "models/m", displayName: "models/m" },
    ],
  });
  expect(encodeModel({ id: "m" })["supportedGenerationMethods"]).toContain("streamGenerateContent");
});
