import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonProgress } from "./json-progress.ts";

function complete(...pieces: string[]): boolean {
  const progress = new JsonProgress();
  for (const piece of pieces) progress.push(piece);
  return progress.complete;
}

test.each([
  ['{"a":1}', true],
  ['{"a":{"b":[1,2]}}', true],
  ["[]", true],
  ['"text"', true],
  ['{"a":"}"', false],
  ['{"a":"\\"}"', false],
  ['{"a":"\\\\"}', true],
  ['{"a":{}', false],
  ["", false],
  ["12", false],
])("%s: %s", (text, expected) => {
  expect(complete(text)).toBe(expected);
});

test("any object is complete at its end and not before, however it is cut", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, at) => {
      const text = JSON.stringify(value);
      const cut = at % text.length;
      expect(complete(text.slice(0, cut), text.slice(cut))).toBe(true);
      expect(complete(text.slice(0, cut))).toBe(false);
    }),
  );
});
