import { describe, expect, test } from "vitest";
import { maskCredentials, readable } from "./readable.ts";

describe("what looks like a credential is masked", () => {
  test.each([
    ["Incorrect key sk-proj-AbC123_def-456 given", "Incorrect key sk-*** given"],
    ["already starred: sk-ab****************cd", "already starred: sk-***"],
    ["gsk_abcdef123456 and xai-abcdef123456", "gsk_*** and xai-***"],
    ["Authorization: Bearer abc.DEF-123~x/y+z==", "Authorization: Bearer ***"],
    ["hf_AbCdEfGhIjKlMnOpQrSt", "hf_***"],
    ["key AIzaSyA1234567890abcdefghijklmnop", "key AIza***"],
    ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "jwt eyJ***"],
    ["https://x/v1?key=AbC12345&model=m", "https://x/v1?key=***&model=m"],
    ["Incorrect API key provided: abcd1234efgh", "Incorrect API key provided: ***"],
    ['{"api_key":"abcd1234efgh"}', '{"api_key":"***"}'],
  ])("%s", (text, masked) => {
    expect(maskCredentials(text)).toBe(masked);
  });

  test.each([
    "Bearer authentication is required",
    "Invalid API key: authentication failed",
    "task-scheduler and risk-assessment",
    "hf_hub_download failed",
    "the model sk-3",
    "request_id=abc123456",
  ])("prose stays: %s", (text) => {
    expect(maskCredentials(text)).toBe(text);
  });
});

describe("foreign text becomes one line", () => {
  test.each([
    ["line breaks and tabs", "a\r\n\tb  c", "a b c"],
    ["control characters", "a\u0000\u0007b\u009Fc", "abc"],
    ["terminal colours", "\u001B[31mred\u001B[0m", "red"],
    ["lone surrogates", "a\uD83Db", "a\uFFFDb"],
    ["space around it", "  a \n", "a"],
    ["everything else stays", 'é 日 😀 `x` "y"', 'é 日 😀 `x` "y"'],
  ])("%s", (_title, text, line) => {
    expect(readable(text)).toBe(line);
  });

  test("long text is cut, and never through a character", () => {
    expect(readable("x".repeat(50), 10)).toBe(`${"x".repeat(9)}…`);
    expect(readable(`12345678😀90`, 10)).toBe("12345678…");
    expect(readable("x".repeat(10), 10)).toBe("x".repeat(10));
  });

  test("a key at the place of the cut does not leave its beginning", () => {
    expect(readable(`12345 sk-abcdefghijkl`, 12)).toBe("12345 sk-***");
  });
});
