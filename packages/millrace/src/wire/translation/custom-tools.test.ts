import { expect, test } from "vitest";
import { freeTextOf, functionCallOf, functionOfCustom } from "./custom-tools.ts";

test("a tool of free text is a function with one argument, and says what the text must be", () => {
  const tool = functionOfCustom({ type: "custom", name: "patch", description: "Edits.", format: { type: "grammar" } });
  expect(tool.parameters).toMatchObject({ type: "object", required: ["input"] });
  expect(tool.description).toBe('Edits.\n\nThe input must follow this format: {"type":"grammar"}');
});

test("a call's text comes back from the function's arguments", () => {
  const call = functionCallOf({ id: "1", type: "custom", name: "patch", arguments: 'a "b"\n' });
  expect(call).toMatchObject({ type: "function", input: { input: 'a "b"\n' } });
  expect(freeTextOf(call.arguments)).toBe('a "b"\n');
});

test.each(["plain text", '{"other":1}', '["input"]'])("arguments of another form are the text: %s", (text) => {
  expect(freeTextOf(text)).toBe(text);
});
