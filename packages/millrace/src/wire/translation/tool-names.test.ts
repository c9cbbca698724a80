import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InferenceRequest } from "../../model/request.ts";
import { DOTTED_UP_TO_128, takenName, UP_TO_128, UP_TO_64, withTakenNames } from "./tool-names.ts";

const RULES = [
  ["OpenAI and Amazon", UP_TO_64],
  ["Anthropic", UP_TO_128],
  ["Google", DOTTED_UP_TO_128],
] as const;

describe.each(RULES)("a name for %s", (_maker, rule) => {
  test("is one that is taken, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (name) => {
        expect(takenName(name, rule)).toMatch(rule.taken);
      }),
    );
  });

  test("is as it was where that is taken", () => {
    for (const name of ["look", "mcp__files__read-1", "_a"]) expect(takenName(name, rule)).toBe(name);
  });

  test("stays another than its neighbour's", () => {
    const names = ["a b", "a/b", "a_b", "ä b", "x".repeat(200), "x".repeat(201), ""];
    expect(new Set(names.map((name) => takenName(name, rule))).size).toBe(names.length);
  });
});

test("Google's may have dots and colons, but no digit first", () => {
  expect(takenName("mcp.files:read", DOTTED_UP_TO_128)).toBe("mcp.files:read");
  expect(takenName("1x", DOTTED_UP_TO_128)).toMatch(/^_1x_/u);
});

describe("a request", () => {
  const call = (name: string) => ({ id: "c", type: "function", name, arguments: "{}" }) as const;
  const naming = (name: string): InferenceRequest => ({
    model: "m",
    tools: [{ name }, { type: "custom", name: "plain" }, { raw: { type: "web_search" } }],
    toolChoice: { name },
    messages: [
      { role: "user", name: "Jo Doe", content: "hi" },
      { role: "assistant", content: null, toolCalls: [call(name), call("plain")] },
      { role: "tool", name, toolCallId: "c", content: "there" },
    ],
  });

  test("has them wherever it names its tools, and nowhere else", () => {
    const taken = takenName("files.read", UP_TO_64);
    expect(withTakenNames(naming("files.read"), UP_TO_64)).toEqual(naming(taken));
  });

  test("whose names are taken is the same object", () => {
    const request = naming("read");
    expect(withTakenNames(request, UP_TO_64)).toBe(request);
  });
});
