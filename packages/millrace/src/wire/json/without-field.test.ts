import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutField } from "./without-field.ts";

const BYTES = new TextEncoder();
const TEXT = new TextDecoder();

function without(text: string, key = "x"): string | undefined {
  const bytes = withoutField(BYTES.encode(text), key);
  return bytes === undefined ? undefined : TEXT.decode(bytes);
}

describe("a field is taken out, and every other byte stays", () => {
  test.each([
    ["the first", '{ "x" : {"y":[1,2]} , "a": 1 }', '{ "a": 1 }'],
    ["one in the middle", '{"a":1, "x":"]}" ,"b" : 2}', '{"a":1 ,"b" : 2}'],
    ["the last", '{"a":1,\n "x":true }', '{"a":1 }'],
    ["the only one", '{ "x": null }', "{}"],
    ["none of that name", '{"a": {"x": 1}}', '{"a": {"x": 1}}'],
  ])("%s", (_, text, left) => {
    expect(without(text)).toBe(left);
  });

  test.each([
    ["a name that comes twice", '{"x":1,"x":2}'],
    ["a name written with an escape", '{"\\u0078":1}'],
    ["no object", "[1]"],
  ])("but not from %s", (_, text) => {
    expect(without(text)).toBeUndefined();
  });

  test("what is left says the same", () => {
    const name = fc.string({ unit: fc.constantFrom("x", "y", " ", ",", "{"), maxLength: 2 });
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true }), fc.nat(2), (object, indent) => {
        const { x: _, ...rest } = object;
        expect(JSON.parse(without(JSON.stringify(object, null, indent)) ?? "")).toEqual(
          JSON.parse(JSON.stringify(rest)),
        );
      }),
    );
  });
});
