import { describe, expect, test } from "vitest";
import { covers } from "./name-pattern.ts";

describe("covers", () => {
  test.each([
    ["fast", "fast", true],
    ["fast", "faster", false],
    ["fast", "fas", false],
    ["*", "anything/at:all", true],
    ["*", "", true],
    ["desk/*", "desk/qwen/3", true],
    ["desk/*", "desk", false],
    ["desk/*", "cloud/desk/x", false],
    ["*/qwen", "desk/qwen", true],
    ["gpt-*-mini", "gpt-5-mini", true],
    ["gpt-*-mini", "gpt-5-mini-high", false],
    ["a*b*c", "a.b.b.c", true],
    ["a*b*c", "a.c.b", false],
    ["**", "x", true],
    ["", "", true],
    ["", "x", false],
    // Nothing but the star is special.
    ["a.c", "abc", false],
    ["a[bc]", "ab", false],
    ["Fast", "fast", false],
  ])("%s and %s: %s", (pattern, name, expected) => {
    expect(covers([pattern], name)).toBe(expected);
  });

  test("no list covers everything, an empty list nothing", () => {
    expect(covers(undefined, "x")).toBe(true);
    expect(covers([], "x")).toBe(false);
  });

  test("any pattern of the list is enough", () => {
    expect(covers(["a", "b*"], "bc")).toBe(true);
  });

  test("many stars against a long name end in time", () => {
    expect(covers([`${"*a".repeat(50)}*b`], "a".repeat(512))).toBe(false);
  });
});
