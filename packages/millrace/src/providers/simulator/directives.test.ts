import { describe, expect, test } from "vitest";
import { readDirectives } from "./directives.ts";

describe("directives", () => {
  test("are read in their order, and what is not in them are words", () => {
    expect(readDirectives(" Hello [[say a b]] and[[cut]] bye")).toEqual({
      directives: [
        { name: "say", argument: "a b" },
        { name: "cut", argument: "" },
      ],
      words: "Hello  and bye",
    });
  });

  test.each([
    ["several lines", "[[say a\nb]]", "a\nb"],
    ["single brackets", "[[say [a] b]]", "[a] b"],
    ["a bracket before the closing ones", '[[say {"a":[[1]]]]', '{"a":[[1]]'],
    ["nothing", "[[say]]", ""],
  ])("an argument may hold %s", (_what, prompt, argument) => {
    expect(readDirectives(prompt)).toMatchObject({ directives: [{ name: "say", argument }] });
  });

  test.each(["[[ -f x ]]", "[[Page]]", "[[]]", "[[say a", "a[[0]] = b", "[[say-so]]"])(
    "%s is ordinary text",
    (prompt) => {
      expect(readDirectives(prompt)).toEqual({ directives: [], words: prompt });
    },
  );

  test("one that is not known is refused, and those that are known are named", () => {
    expect(readDirectives("[[fly away]]")).toMatchObject({
      kind: "bad_request",
      message: expect.stringMatching(/\[\[fly\]\] is no directive.*\[\[say TEXT\]\].*\[\[hang\]\]/u) as string,
    });
  });

  test("the names of an object's own methods are not known", () => {
    expect(readDirectives("[[constructor]]")).toMatchObject({ kind: "bad_request" });
  });

  test("there may be 32 of them", () => {
    expect(readDirectives("[[cut]]".repeat(32))).toMatchObject({ directives: { length: 32 } });
    expect(readDirectives("[[cut]]".repeat(33))).toMatchObject({ kind: "bad_request" });
  });
});
