import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { normalizeUsage, UsageReader } from "./usage.ts";

function read(...replies: JsonObject[]): UsageReader["usage"] {
  const reader = new UsageReader({});
  for (const reply of replies) reader.read(reply);
  return reader.usage;
}

const RAW = { prompt_tokens: 20, completion_tokens: 15, total_tokens: 35 };
const COUNTS = { promptTokens: 20, completionTokens: 15, totalTokens: 35 };

describe("where usage is found", () => {
  test.each([
    ["on the reply", { usage: RAW }],
    ["143: in the first choice", { choices: [{ usage: RAW }] }],
    ["in a choice's delta", { choices: [{ delta: { usage: RAW } }] }],
    ["in a choice's message", { choices: [{ message: { usage: RAW } }] }],
    ["143: under x_groq", { x_groq: { id: "req", usage: RAW } }],
    ["104: in a chunk without choices", { choices: null, usage: RAW }],
  ])("%s", (_, reply) => {
    expect(read(reply)).toEqual({ ...COUNTS, raw: RAW });
  });

  test.each([
    ["138: null", { usage: null }],
    ["an empty object", { usage: {} }],
    ["nothing", {}],
  ])("%s is no usage", (_, reply) => {
    expect(read(reply)).toBeUndefined();
  });

  test("llama.cpp's timings stand in for it", () => {
    const timings = { cache_n: 19, prompt_n: 1, predicted_n: 15 };
    const raw = { ...RAW, prompt_tokens_details: { cached_tokens: 19 } };
    expect(read({ timings })).toEqual({ ...COUNTS, cacheReadTokens: 19, raw });
  });

  test("timings never replace a usage object, which may come before or after", () => {
    const timings = { prompt_n: 1, predicted_n: 1 };
    expect(read({ usage: RAW }, { timings })).toEqual({ ...COUNTS, raw: RAW });
    expect(read({ timings }, { usage: RAW })).toEqual({ ...COUNTS, raw: RAW });
  });
});

describe("usage that comes several times", () => {
  test("141: the last one wins, nothing is added up", () => {
    const growing = [1, 2, 3].map((completion_tokens) => ({ usage: { prompt_tokens: 5, completion_tokens } }));
    expect(read(...growing)).toMatchObject({ promptTokens: 5, completionTokens: 3, totalTokens: 8 });
  });

  test("142: zeros never replace real counts", () => {
    const zeros = { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } };
    expect(read(zeros, { usage: RAW }, zeros)).toEqual({ ...COUNTS, raw: RAW });
  });

  test("only what changes is told", () => {
    const reader = new UsageReader({});
    expect(reader.read({ usage: null })).toBeUndefined();
    expect(reader.read({ usage: RAW })).toBeDefined();
    expect(reader.read({})).toBeUndefined();
  });
});

describe("145: cached tokens by every name", () => {
  test.each([
    ["OpenAI", { prompt_tokens_details: { cached_tokens: 7 } }],
    ["Mistral", { prompt_token_details: { cached_tokens: 7 } }],
    ["Mistral", { num_cached_tokens: 7 }],
    ["Moonshot", { cached_tokens: 7 }],
    ["DeepSeek", { prompt_cache_hit_tokens: 7, prompt_cache_miss_tokens: 13 }],
    ["Anthropic bridges", { cache_read_input_tokens: 7 }],
  ])("%s: %j", (_, fields) => {
    expect(normalizeUsage({ ...RAW, ...fields })).toMatchObject({ cacheReadTokens: 7, promptTokens: 20 });
  });

  test("tokens written to the cache", () => {
    expect(normalizeUsage({ ...RAW, cache_creation_input_tokens: 4 })).toMatchObject({ cacheWriteTokens: 4 });
  });

  test("tokens that are kept in the cache for an hour, never more than were written", () => {
    const written = { cache_creation_input_tokens: 4, cache_creation: { ephemeral_1h_input_tokens: 3 } };
    expect(normalizeUsage({ ...RAW, ...written })).toMatchObject({ cacheWriteTokens: 4, cacheWrite1hTokens: 3 });
    const odd = { ...RAW, cache_creation: { ephemeral_1h_input_tokens: 3 } };
    expect(normalizeUsage(odd)).toMatchObject({ cacheWrite1hTokens: 0 });
  });

  test("input_tokens beside Anthropic's cache counts does not contain them", () => {
    const raw = { input_tokens: 3, cache_read_input_tokens: 10, cache_creation_input_tokens: 2, output_tokens: 5 };
    const counts = { promptTokens: 15, cacheReadTokens: 10, cacheWriteTokens: 2, completionTokens: 5, totalTokens: 20 };
    expect(normalizeUsage(raw)).toEqual({ ...counts, raw });
  });
});

describe("numbers that do not add up", () => {
  test("N10: a missing total is the sum, and a missing part stays unknown", () => {
    expect(normalizeUsage({ prompt_tokens: 2, completion_tokens: 3 })).toMatchObject({ totalTokens: 5 });
    expect(normalizeUsage({ prompt_tokens: 2 })).not.toHaveProperty("totalTokens");
    expect(normalizeUsage({ prompt_tokens: 2 })).not.toHaveProperty("completionTokens");
  });

  test("144: xAI counts reasoning beside the completion", () => {
    const raw = {
      prompt_tokens: 12,
      completion_tokens: 2,
      total_tokens: 354,
      completion_tokens_details: { reasoning_tokens: 340 },
    };
    expect(normalizeUsage(raw)).toEqual({
      promptTokens: 12,
      completionTokens: 342,
      reasoningTokens: 340,
      totalTokens: 354,
      raw,
    });
  });

  test("144: reasoning never exceeds the completion, nor the cache the prompt", () => {
    const raw = {
      ...RAW,
      completion_tokens_details: { reasoning_tokens: 99 },
      prompt_tokens_details: { cached_tokens: 99 },
    };
    expect(normalizeUsage(raw)).toMatchObject({ reasoningTokens: 15, cacheReadTokens: 20, raw });
  });

  test.each([-1, 1.5, "20", null, Number.MAX_VALUE])("%j is no token count", (prompt_tokens) => {
    expect(normalizeUsage({ prompt_tokens })).not.toHaveProperty("promptTokens");
  });
});

test("a cost is read only from the field that the server is known to use", () => {
  const raw = { ...RAW, cost: 0.0012 };
  expect(normalizeUsage(raw, "cost")).toMatchObject({ reportedCostUsd: 0.0012 });
  expect(normalizeUsage(raw)).not.toHaveProperty("reportedCostUsd");
  expect(normalizeUsage({ ...raw, cost: -1 }, "cost")).not.toHaveProperty("reportedCostUsd");
});
