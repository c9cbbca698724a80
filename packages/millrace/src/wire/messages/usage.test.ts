import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { readUsage, UsageCounts, wireUsage } from "./usage.ts";

const TOP = {
  input_tokens: 23_000,
  output_tokens: 1000,
  cache_read_input_tokens: 500,
  cache_creation_input_tokens: 300,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
};
const MESSAGE = { type: "message", ...TOP };
const COMPACTION = {
  type: "compaction",
  input_tokens: 180_000,
  output_tokens: 3500,
  cache_read_input_tokens: 40,
  cache_creation_input_tokens: 30,
  cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
};

describe("what was spent on summing the conversation up", () => {
  const raw = { ...TOP, iterations: [COMPACTION, MESSAGE, COMPACTION] };
  const counted = {
    promptTokens: 23_000 + 360_000 + 580 + 360,
    cacheReadTokens: 580,
    cacheWriteTokens: 360,
    cacheWrite1hTokens: 140,
    completionTokens: 8000,
    totalTokens: 383_940 + 8000,
    raw,
  };

  test("is counted, and the server's own object stays as it was", () => {
    expect(readUsage(raw)).toEqual(counted);
  });

  test("is counted of a stream too, where it comes last", () => {
    const counts = new UsageCounts();
    counts.add({ ...TOP, output_tokens: 1 });
    expect(counts.add({ output_tokens: 1000, iterations: raw.iterations })).toEqual(counted);
  });

  test("stands beside the answer's counts for who reads the dialect", () => {
    expect(wireUsage(readUsage(raw))).toEqual(raw);
  });
});

test.each<[string, JsonObject]>([
  ["no iterations", TOP],
  [
    "iterations of the answer alone",
    { ...TOP, iterations: [MESSAGE, null, { type: "advisor_message", input_tokens: 5 }] },
  ],
  ["a compaction that counts nothing", { ...TOP, iterations: [{ type: "compaction", input_tokens: "5" }] }],
])("counts at the top are all with %s", (_, raw) => {
  expect(readUsage(raw)).toMatchObject({ promptTokens: 23_800, completionTokens: 1000, cacheWrite1hTokens: 100 });
});
