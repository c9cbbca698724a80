import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { encodeFloats } from "./float-codec.ts";
import { plainEmbeddingsFacts } from "./reply-facts.ts";

const usage = { prompt_tokens: 2, total_tokens: 2 };
const base64 = encodeFloats([1, 2, 3]);
const expected = { count: 2, format: "base64", costField: undefined } as const;

function reply(items: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { object: "list", model: "m", data: items, usage, ...more };
}

test("vectors in order and in the format asked for are plain, and usage is told", () => {
  const numbers = [0, 1].map((index) => ({ object: "embedding", index, embedding: [0.5, 1] }));
  expect(plainEmbeddingsFacts(reply(numbers), { ...expected, format: "float" })).toMatchObject({
    model: "m",
    usage: { promptTokens: 2, totalTokens: 2 },
  });
  const texts = [0, 1].map((index) => ({ object: "embedding", index, embedding: base64 }));
  expect(plainEmbeddingsFacts(reply(texts), expected)).toMatchObject({ model: "m" });
});

test.each<[string, JsonObject]>([
  ["too few vectors", reply([{ index: 0, embedding: base64 }])],
  ["another order", reply([1, 0].map((index) => ({ index, embedding: base64 })))],
  ["no index", reply([{ embedding: base64 }, { embedding: base64 }])],
  ["numbers where text was asked for", reply([0, 1].map((index) => ({ index, embedding: [1] })))],
  ["text that is no base64", reply([0, 1].map((index) => ({ index, embedding: "a b c d " })))],
  ["base64 of half a float", reply([0, 1].map((index) => ({ index, embedding: "AAA=" })))],
  ["no text at all", reply([0, 1].map((index) => ({ index, embedding: "" })))],
  [
    "no model",
    reply(
      [0, 1].map((index) => ({ index, embedding: base64 })),
      { model: null },
    ),
  ],
  [
    "an error beside them",
    reply(
      [0, 1].map((index) => ({ index, embedding: base64 })),
      { error: { message: "no" } },
    ),
  ],
])("%s is looked at more closely", (_what, value) => {
  expect(plainEmbeddingsFacts(value, expected)).toBeUndefined();
});

test("an empty vector, or one that holds something else, is looked at more closely", () => {
  for (const embedding of [[], [1, null], ["1"]]) {
    const value = reply([0, 1].map((index) => ({ index, embedding })));
    expect(plainEmbeddingsFacts(value, { ...expected, format: "float" })).toBeUndefined();
  }
});
