import { describe, expect, test } from "vitest";
import type { Script } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { EmbeddingsInput } from "../../model/request.ts";
import { openaiCompatible } from "../profiles/base.ts";
import { PROFILES } from "../profiles/catalog.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";

const ASK = { model: "m", input: ["a", "b"] };

function reply(first: unknown, second: unknown, more: object = {}): object {
  return {
    object: "list",
    data: [item(0, first), item(1, second)],
    model: "m",
    usage: { prompt_tokens: 2, total_tokens: 2 },
    ...more,
  };
}

function item(index: number, embedding: unknown): object {
  return { object: "embedding", index, embedding };
}

function base64(numbers: readonly number[]): string {
  return Buffer.from(new Float32Array(numbers).buffer).toString("base64");
}

describe("embeddings", () => {
  test("E1: are made, and come with everything around them", async () => {
    const { provider, upstream } = await openDesk((exchange) =>
      exchange.json(reply([0.5, 1], [2, -1]), 200, { "x-request-id": "req-1" }),
    );
    expect(await provider.embeddings(ASK)).toEqual({
      model: "m",
      vectors: [
        [0.5, 1],
        [2, -1],
      ],
      usage: expect.objectContaining({ promptTokens: 2, totalTokens: 2 }),
      provider: "desk",
      latencyMs: expect.any(Number),
      requestId: "req-1",
      warnings: [],
    });
    expect(upstream.exchanges[0]?.request).toMatchObject({ method: "POST", path: "/v1/embeddings" });
    expect(upstream.exchanges[0]?.request.json()).toEqual(ASK);
  });

  const embedding = [...PROFILES.values()].filter(
    ({ operations, transport }) => operations.includes("embeddings") && transport === "network",
  );

  test.each(embedding)("E1: $id makes them too", async (profile) => {
    const { provider } = await openDesk((exchange) => exchange.json(reply([0.5, 1], [2, -1])), { profile });
    const { vectors } = await provider.embeddings(ASK);
    expect(vectors).toEqual([
      [0.5, 1],
      [2, -1],
    ]);
  });

  test("E2: every parameter goes out, token ids too", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json({ data: [{ embedding: [1] }] }));
    await provider.embeddings({
      model: "m",
      input: [1, 2, 3],
      dimensions: 1,
      encodingFormat: "float",
      user: "u",
      extra: { task: "query" },
    });
    expect(upstream.exchanges[0]?.request.json()).toEqual({
      model: "m",
      input: [1, 2, 3],
      dimensions: 1,
      encoding_format: "float",
      user: "u",
      task: "query",
    });
  });

  test.each<[string, unknown]>([
    ["base64", reply(base64([0.5, 1]), base64([2, -1]))],
    ["no usage, object or index", { data: [{ embedding: [0.5, 1] }, { embedding: [2, -1] }] }],
    ["another order", { data: [item(1, [2, -1]), item(0, [0.5, 1])] }],
    [
      "a bare array of nested vectors",
      [
        { index: 0, embedding: [[0.5, 1]] },
        { index: 1, embedding: [[2, -1]] },
      ],
    ],
  ])("E2: are read from %s", async (_name, value) => {
    const { provider } = await openDesk((exchange) => exchange.json(value));
    expect((await provider.embeddings(ASK)).vectors).toEqual([
      [0.5, 1],
      [2, -1],
    ]);
  });

  test("are asked for as base64 where the profile knows that the server does that well", async () => {
    const { provider, upstream } = await openDesk(
      (exchange) =>
        (exchange.request.json() as { encoding_format?: string }).encoding_format === "base64"
          ? exchange.json({ error: { message: "base64 encoding is not currently supported" } }, 400)
          : exchange.json(reply([0.5, 1], [2, -1])),
      { profile: "openai" },
    );
    expect((await provider.embeddings(ASK)).warnings).toEqual([]);
    expect(upstream.exchanges[0]?.request.json()).toMatchObject({ encoding_format: "base64" });
    expect((await provider.embeddings({ ...ASK, encodingFormat: "float" })).vectors).toHaveLength(2);
  });

  describe("more inputs than the server takes at once (conformance case 196)", () => {
    const small = { ...openaiCompatible, embeddings: { encodingFormat: "unset", maxInputs: 2 } } as const;
    const inputs = ["a", "bb", "ccc", "dddd", "eeeee"];

    /** A server that takes two, and embeds a text as its length. */
    const limited: Script = async (exchange, index) => {
      const { input, user } = exchange.request.json() as { readonly input: readonly string[]; readonly user?: string };
      if (user !== undefined) await exchange.json({ error: { message: "Unknown parameter: 'user'" } }, 400);
      else if (input.length > 2) await exchange.json({ error: { message: "too many inputs" } }, 400);
      else {
        const data = input.map((text, position) => item(position, [text.length, 1])).reverse();
        const usage = { prompt_tokens: input.length, total_tokens: input.length };
        await exchange.json({ object: "list", data, model: "served", usage }, 200, { "x-request-id": `req-${index}` });
      }
    };

    test("go out in several requests, and come back as one answer", async () => {
      const { provider, upstream } = await openDesk(limited, { profile: small });
      const answer = await provider.embeddings({ model: "m", input: inputs, user: "u" });
      expect(answer.vectors).toEqual([1, 2, 3, 4, 5].map((length) => [length, 1]));
      expect(answer).toMatchObject({ model: "served", requestId: "req-1", usage: { promptTokens: 5, totalTokens: 5 } });
      expect(answer.warnings).toEqual([
        { code: "parameter-dropped", message: "user was left out: the server refused it" },
      ]);
      expect(upstream.exchanges).toHaveLength(4);
    });

    test("also of a client, whose reply has the vectors numbered through in the form it asked for", async () => {
      const { provider } = await openDesk(limited, { profile: small });
      const json = { model: "m", input: inputs, user: "u", encoding_format: "base64" };
      const bytes = new TextEncoder().encode(JSON.stringify(json));
      const body = { json, outline: json, bytes };
      const { body: whole, changes } = await provider.forward({
        operation: "embeddings",
        model: "m",
        body,
        stream: false,
      });
      if (whole.kind !== "whole") throw new Error(`Expected a whole reply, got ${whole.kind}`);
      expect(JSON.parse(new TextDecoder().decode(whole.bytes))).toEqual({
        object: "list",
        model: "served",
        data: [1, 2, 3, 4, 5].map((length, index) => item(index, base64([length, 1]))),
        usage: { prompt_tokens: 5, total_tokens: 5 },
      });
      expect(whole.usage).toMatchObject({ promptTokens: 5 });
      expect(changes.map(({ field, action, to }) => [field, action, to])).toEqual([
        ["user", "dropped", undefined],
        ["input", "replaced", "3 requests"],
      ]);
    });

    test("fail as a whole where one of the requests fails", async () => {
      const { provider, upstream } = await openDesk(
        (exchange, index) =>
          index === 1 ? exchange.json({ error: { message: "busy" } }, 503) : limited(exchange, index),
        { profile: small },
      );
      expect((await errorOf(provider.embeddings({ model: "m", input: inputs }))).kind).toBe("overloaded");
      expect(upstream.exchanges).toHaveLength(2);
    });

    test.each<[string, EmbeddingsInput, number]>([
      ["one text", "long ".repeat(9), 1],
      ["the ids of one text", [1, 2, 3, 4, 5], 1],
      ["as many as it takes", ["a", "bb"], 1],
      ["the ids of several texts", [[1], [2], [3]], 2],
    ])("split no further than needed: %s", async (_name, input, requests) => {
      const { provider, upstream } = await openDesk(
        (exchange) => {
          const { input: asked } = exchange.request.json() as { readonly input: EmbeddingsInput };
          const count = Array.isArray(asked) && typeof asked[0] !== "number" ? asked.length : 1;
          return exchange.json({ data: Array.from({ length: count }, (_, index) => item(index, [1])) });
        },
        { profile: small },
      );
      await provider.embeddings({ model: "m", input });
      expect(upstream.exchanges).toHaveLength(requests);
    });
  });

  test("another width than before is told (conformance case 198)", async () => {
    const { provider } = await openDesk((exchange, index) =>
      exchange.json(index < 2 ? reply([1, 2], [3, 4]) : reply([1], [2])),
    );
    expect((await provider.embeddings(ASK)).warnings).toEqual([]);
    expect((await provider.embeddings(ASK)).warnings).toEqual([]);
    expect((await provider.embeddings(ASK)).warnings.map(({ code }) => code)).toEqual(["vector-width"]);
    expect((await provider.embeddings({ ...ASK, dimensions: 1 })).warnings).toEqual([]);
  });

  test.each<[string, number, unknown, string]>([
    [
      "a server that cannot",
      501,
      { error: { message: "This server does not support embeddings", code: 501 } },
      "unsupported",
    ],
    ["another number of vectors than of inputs", 200, { data: [item(0, [1])] }, "protocol"],
    ["no list", 200, { object: "", data: null }, "protocol"],
    ["an item without numbers", 200, reply([1], null), "protocol"],
    ["an error in a 200", 200, { error: { message: "no", code: 429 } }, "rate_limit"],
  ])("E2: fail with %s", async (_name, status, value, kind) => {
    const { provider } = await openDesk((exchange) => exchange.json(value, status));
    expect(await errorOf(provider.embeddings(ASK))).toMatchObject({ kind, provider: "desk" });
  });

  test("are not asked of a server that is known to make none", async () => {
    const { provider, upstream } = await openDesk(() => {}, { profile: "groq" });
    expect((await errorOf(provider.embeddings(ASK))).kind).toBe("unsupported");
    expect(upstream.exchanges).toHaveLength(0);
  });
});
