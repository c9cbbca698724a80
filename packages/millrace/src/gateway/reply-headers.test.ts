import { describe, expect, test } from "vitest";
import type { Change } from "../model/change.ts";
import { changesText, costText, headerText } from "./reply-headers.ts";

const change = (field: string, action: Change["action"], to?: string): Change => ({
  field,
  action,
  reason: "because",
  ...(to !== undefined && { to }),
});

describe("changes in a header", () => {
  test.each<[string, Change[], string]>([
    ["one", [change("max_tokens", "renamed", "max_completion_tokens")], "max_tokens renamed max_completion_tokens"],
    [
      "two",
      [change("user", "dropped"), change("messages[0].role", "replaced", "system")],
      "user dropped, messages[0].role replaced system",
    ],
    ["a field that a client named", [change("a,b\r\nx: y", "dropped")], "a;b%0D%0Ax: y dropped"],
    ["a field that nobody can read", [change("größe\u{1F600}", "dropped")], "gr%C3%B6%C3%9Fe%F0%9F%98%80 dropped"],
  ])("%s", (_, changes, text) => {
    expect(changesText(changes)).toBe(text);
  });

  test("many are cut and counted", () => {
    const text = changesText(Array.from({ length: 200 }, (_, at) => change(`field_${at}`, "dropped")));
    expect(text.length).toBeLessThan(1100);
    expect(text).toMatch(/^field_0 dropped, field_1 dropped, .* dropped, and \d+ more$/);
    const shown = text.split(", ").length - 1;
    expect(text).toContain(`and ${200 - shown} more`);
  });
});

test.each([
  ["unknown", "unknown"],
  [0, "0"],
  [1, "1"],
  [12.5, "12.5"],
  [100, "100"],
  [0.0000012, "0.0000012"],
  [1e-7, "0.0000001"],
] as const)("a cost of %s is written %s", (cost, text) => {
  expect(costText(cost)).toBe(text);
});

describe("text in a header", () => {
  test.each([
    ["desk/qwen3:8b", "desk/qwen3:8b"],
    ["desk/モデル", "desk/%E3%83%A2%E3%83%87%E3%83%AB"],
    ["a\u0000b\r\nc", "a%00b%0D%0Ac"],
    ["half \ud83d", "half %EF%BF%BD"],
  ])("%j", (text, header) => {
    expect(headerText(text)).toBe(header);
  });

  test("is bounded", () => {
    expect(headerText("x".repeat(10_000))).toHaveLength(515);
  });
});
