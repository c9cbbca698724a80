import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import { ollamaEmbedClient, ollamaEmbeddings, ollamaEmbeddingsClient } from "./embeddings.ts";
import { reply } from "./testing/replies.ts";

const usage = { promptTokens: 8, raw: {} };

describe("clients of /api/embed", () => {
  test.each<[JsonObject, Partial<EmbeddingsRequest>]>([
    [{ input: "a" }, { input: "a" }],
    [{ input: ["a", "b"] }, { input: ["a", "b"] }],
    [
      { input: "a", dimensions: 3 },
      { input: "a", dimensions: 3 },
    ],
    [
      { input: "a", truncate: false, keep_alive: 0, options: { num_ctx: 9 } },
      { input: "a", extra: { truncate: false, keep_alive: 0, options: { num_ctx: 9 } } },
    ],
  ])("%j", (body, request) => {
    const json = { model: "m", ...body };
    expect(ollamaEmbedClient.check(json)).toBeUndefined();
    expect(ollamaEmbedClient.decodeRequest(json)).toEqual({ request: { model: "m", ...request }, changes: [] });
  });

  test.each<[string, JsonObject]>([
    ["model", { input: "a" }],
    ["input", { model: "m" }],
    ["input", { model: "m", input: [] }],
    ["input[1]", { model: "m", input: ["a", 1] }],
    ["dimensions", { model: "m", input: "a", dimensions: 0 }],
  ])("a wrong %s", (param, body) => {
    expect(ollamaEmbedClient.check(body)).toMatchObject({ param });
  });

  test("the reply", () => {
    expect(ollamaEmbedClient.encodeResponse([[1], [2]], usage, { model: "m" })).toEqual({
      model: "m",
      embeddings: [[1], [2]],
      total_duration: 0,
      load_duration: 0,
      prompt_eval_count: 8,
    });
  });
});

describe("clients of /api/embeddings", () => {
  test("one text", () => {
    const json = { model: "m", prompt: "a", keep_alive: 0 };
    expect(ollamaEmbeddingsClient.check(json)).toBeUndefined();
    expect(ollamaEmbeddingsClient.decodeRequest(json)).toEqual({
      request: { model: "m", input: "a", extra: { keep_alive: 0 } },
      changes: [],
    });
    expect(ollamaEmbeddingsClient.encodeResponse([[1, 2]], usage, json)).toEqual({ embedding: [1, 2] });
  });

  test("a wrong prompt", () => {
    expect(ollamaEmbeddingsClient.check({ model: "m", prompt: ["a"] })).toMatchObject({ param: "prompt" });
  });
});

describe("servers", () => {
  const ask = (request: Partial<EmbeddingsRequest>): EmbeddingsRequest => ({
    model: "m",
    input: ["a", "b"],
    ...request,
  });

  test("a request", () => {
    expect(ollamaEmbeddings.route("m")).toEqual({ path: "/api/embed" });
    expect(
      ollamaEmbeddings.encodeRequest(ask({ dimensions: 3, encodingFormat: "base64", extra: { truncate: false } })),
    ).toEqual({
      body: { model: "m", input: ["a", "b"], dimensions: 3, truncate: false },
      changes: [],
    });
    expect(ollamaEmbeddings.encodeRequest(ask({ user: "u" })).changes).toMatchObject([{ field: "user" }]);
  });

  test.each([[[1, 2]], [[[1], [2]]]])("token ids %j have no place", (input) => {
    expect(ollamaEmbeddings.encodeRequest(ask({ input })).refusal).toMatchObject({
      kind: "unsupported",
      param: "input",
    });
  });

  test("a reply", () => {
    const value = JSON.parse(reply("embed.json")) as JsonObject;
    expect(ollamaEmbeddings.decodeReply(value, ask({}))).toMatchObject({
      vectors: [
        [0.010071029, -0.0017594862, 0.05007221, 0.04692972],
        [-0.0098027075, 0.06042469, 0.025257962, -0.006364387],
      ],
      model: "all-minilm",
      usage: { promptTokens: 8 },
    });
  });

  test.each<[string, JsonObject]>([
    ["protocol", { embeddings: null }],
    ["protocol", { embeddings: [[1]] }],
    ["protocol", { embeddings: [[1], []] }],
    ["model_not_found", { error: "model 'm' not found" }],
    ["context_overflow", { error: "the input length exceeds the context length" }],
  ])("%s for %j", (kind, value) => {
    expect(ollamaEmbeddings.decodeReply(value, ask({}))).toMatchObject({ kind });
  });
});
