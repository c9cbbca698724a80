import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReplyRules } from "./rules.ts";
import { ThinkTagSplitter } from "./think-tags.ts";

interface Split {
  readonly text: string;
  readonly reasoning: string;
  readonly unclosed: boolean;
}

function split(rule: ReplyRules["thinkTags"], ...deltas: string[]): Split {
  const splitter = new ThinkTagSplitter(rule);
  const pieces = [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.end()];
  const of = (kind: "text" | "reasoning"): string =>
    pieces.map((piece) => (piece.kind === kind ? piece.text : "")).join("");
  return { text: of("text"), reasoning: of("reasoning"), unclosed: splitter.unclosed };
}

describe("extracted", () => {
  test.each([
    ["the usual form", "<think>\nHmm\n</think>\n\nHi", "Hmm\n", "Hi"],
    ["white space before the tag", "\n <think>Hmm</think>Hi", "Hmm", "Hi"],
    ["no tag", " Hi", "", " Hi"],
    ["132: a tag later in the text", "Use <think>x</think> here", "", "Use <think>x</think> here"],
    ["something that only begins like a tag", "<thin ice", "", "<thin ice"],
    ["another tag inside", "<think>a <b> </thin </think>Hi", "a <b> </thin ", "Hi"],
    ["a second tag pair is text", "<think>a</think>b<think>c</think>", "a", "b<think>c</think>"],
    ["nothing but white space", "  ", "", "  "],
  ])("%s", (_, text, reasoning, answer) => {
    expect(split("extract", text)).toMatchObject({ reasoning, text: answer });
  });

  test("131: a tag that is never closed", () => {
    expect(split("extract", "<think>Hmm</thi")).toEqual({ reasoning: "Hmm</thi", text: "", unclosed: true });
  });
});

describe("130: extracted with the opening tag implied", () => {
  test.each([
    ["only the closing tag", "Hmm</think>\nHi", "Hmm", "Hi"],
    ["the opening tag after all", "<think>Hmm</think>Hi", "Hmm", "Hi"],
    ["never closed", "Hmm", "Hmm", ""],
  ])("%s", (_, text, reasoning, answer) => {
    expect(split("extract-from-start", text)).toMatchObject({ reasoning, text: answer });
  });
});

test("left alone, nothing is touched", () => {
  expect(split("leave", "<think>Hmm</think>\n\nHi").text).toBe("<think>Hmm</think>\n\nHi");
});

test("129: no cut of the text makes a difference", () => {
  const words = fc.array(fc.constantFrom("<think>", "</think>", "<th", "ink>", "</thi", "nk>", "a", "\n", " "));
  const rules = fc.constantFrom("extract" as const, "extract-from-start" as const);
  fc.assert(
    fc.property(rules, words, (rule, pieces) => {
      expect(split(rule, ...pieces)).toEqual(split(rule, pieces.join("")));
    }),
  );
});
