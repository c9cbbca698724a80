import { expect, test } from "vitest";
import { countTokens, tokensOf } from "./tokens.ts";

test.each([
  ["words with the space before them", "the wheel  turns\n", ["the", " wheel", "  turns", "\n"]],
  ["long words in pieces", "x".repeat(40), ["x".repeat(16), "x".repeat(16), "x".repeat(8)]],
  ["long gaps in pieces", `${" ".repeat(20)}a`, [" ".repeat(16), " ".repeat(4) + "a"]],
  ["whole characters", "👋".repeat(17), ["👋".repeat(16), "👋"]],
  ["none of nothing", "", []],
])("tokens are %s", (_what, text, tokens) => {
  expect([...tokensOf(text)]).toEqual(tokens);
});

test("counting ends one behind the limit", () => {
  const unread = "d e";
  const texts = (function* () {
    yield "a b";
    yield "c";
    yield unread;
    throw new Error("read on");
  })();
  expect(countTokens(texts, 3)).toBe(4);
  expect(countTokens(["a b", "c"], 3)).toBe(3);
});
