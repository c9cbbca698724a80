import { expect, test } from "vitest";
import { wireUsage } from "../messages/usage.ts";
import { converseUsage } from "./usage.ts";

const RAW = {
  inputTokens: 10,
  outputTokens: 5,
  totalTokens: 115,
  cacheReadInputTokens: 60,
  cacheWriteInputTokens: 40,
  cacheDetails: [
    { ttl: "1h", inputTokens: 30 },
    { ttl: "5m", inputTokens: 10 },
  ],
};

test("the prompt is what was read anew, read from the cache and written to it", () => {
  expect(converseUsage(RAW)).toMatchObject({
    promptTokens: 110,
    cacheReadTokens: 60,
    cacheWriteTokens: 40,
    completionTokens: 5,
    totalTokens: 115,
  });
});

test("a total that leaves the cache out is none", () => {
  expect(converseUsage({ ...RAW, totalTokens: 15 })).toMatchObject({ totalTokens: 115 });
});

test("what is kept for an hour is told apart, also to clients of the Messages dialect", () => {
  const usage = converseUsage(RAW);
  expect(usage).toMatchObject({ cacheWrite1hTokens: 30 });
  expect(wireUsage(usage)).toMatchObject({
    input_tokens: 10,
    cache_creation_input_tokens: 40,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 },
  });
});

test("without details nothing is said of an hour", () => {
  const { cacheDetails: _none, ...raw } = RAW;
  expect(converseUsage(raw)).not.toHaveProperty("cacheWrite1hTokens");
  expect(wireUsage(converseUsage(raw))).not.toHaveProperty("cache_creation");
});
