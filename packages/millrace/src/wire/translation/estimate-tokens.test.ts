import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import { estimateTokens } from "./estimate-tokens.ts";

const asked = (content: Message["content"]): number =>
  estimateTokens({ model: "m", messages: [{ role: "user", content }] });
const NOTHING = asked("");

test.each<[string, string, number]>([
  ["four letters are one token", "mill".repeat(100), 100],
  ["letters of other alphabets are half a token", "мел".repeat(100), 150],
  ["East Asian characters are one each", "水車".repeat(100), 200],
])("%s", (_, text, tokens) => {
  expect(asked(text) - NOTHING).toBe(tokens);
});

test.each<[string, ContentPart, number]>([
  ["a picture, however large", { type: "image", url: `data:image/png;base64,${"A".repeat(1e6)}` }, 1600],
  ["a picture elsewhere", { type: "image", url: "https://a.example/b.png" }, 1600],
  [
    "a document of two pages",
    { type: "file", file: { file_data: `data:application/pdf;base64,${"A".repeat(60_000)}` } },
    3000,
  ],
  ["a file of text", { type: "file", file: { file_data: `data:text/plain;base64,${"A".repeat(1600)}` } }, 300],
  ["a file elsewhere", { type: "file", file: { file_id: "f" } }, 1500],
  ["sound", { type: "audio", data: "A".repeat(7000), format: "mp3" }, 10],
])("%s has its own measure", (_, part, tokens) => {
  expect(asked([part]) - NOTHING).toBe(tokens);
});

test("turns, calls, tools and a schema count too", () => {
  const turns: readonly Message[] = [{ role: "user", content: "Hi" }];
  const call = { id: "c", type: "function", name: "f", arguments: '{"city":"Oslo"}' } as const;
  const base = estimateTokens({ model: "m", messages: turns });
  const more = [
    estimateTokens({ model: "m", system: "Be brief.", messages: turns }),
    estimateTokens({ model: "m", messages: [...turns, { role: "assistant", content: null, toolCalls: [call] }] }),
    estimateTokens({ model: "m", messages: turns, tools: [{ name: "f", parameters: { type: "object" } }] }),
    estimateTokens({ model: "m", messages: turns, tools: [{ raw: { type: "web_search" } }] }),
    estimateTokens({
      model: "m",
      messages: turns,
      responseFormat: { type: "json_schema", name: "x", schema: { type: "object" } },
    }),
  ];
  for (const tokens of more) expect(tokens).toBeGreaterThan(base);
});

test("JSON counts about as much as it is long", () => {
  const parameters = {
    type: "object",
    properties: { city: { type: "string", description: "Where to look" } },
    required: ["city"],
  };
  const tools = [{ name: "f", parameters }];
  const tokens = estimateTokens({ model: "m", messages: [], tools }) - estimateTokens({ model: "m", messages: [] });
  const letters = JSON.stringify(parameters).length / 4;
  expect(tokens).toBeGreaterThan(letters * 0.8);
  expect(tokens).toBeLessThan(letters * 1.2 + 10);
});

test("it is a whole number, and the depth of a value does not matter", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(30_000)}1${"}".repeat(30_000)}`) as JsonObject;
  expect(Number.isInteger(estimateTokens({ model: "m", prompt: "a", tools: [{ raw: deep }] }))).toBe(true);
});
