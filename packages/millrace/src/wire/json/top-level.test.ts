import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined } from "../bytes/joined.ts";
import type { FieldEdit, TopLevelFields } from "./top-level.ts";
import { scanTopLevel, splicedPieces } from "./top-level.ts";

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function scan(text: string): TopLevelFields {
  const fields = scanTopLevel(bytesOf(text));
  if (fields === undefined) throw new Error(`not scanned: ${text}`);
  return fields;
}

/** Each top-level field with the text of its value. */
function valuesOf(text: string): Record<string, string> {
  const bytes = bytesOf(text);
  return Object.fromEntries(
    [...scan(text).values].map(([key, { start, end }]) => [key, textOf(bytes.subarray(start, end))]),
  );
}

function splice(text: string, ...edits: FieldEdit[]): string {
  return textOf(joined(splicedPieces(bytesOf(text), scan(text), edits)));
}

describe("scanning", () => {
  test.each([
    ["an empty object", "{}", {}],
    ["an empty object with whitespace", " \t\r\n{ \n } ", {}],
    [
      "values of every kind",
      '{"a":1,"b":-1.5e3,"c":true,"d":null,"e":"x","f":[1],"g":{"h":2}}',
      {
        a: "1",
        b: "-1.5e3",
        c: "true",
        d: "null",
        e: '"x"',
        f: "[1]",
        g: '{"h":2}',
      },
    ],
    ["whitespace everywhere", '{ "a" : 1 ,\n"b"\t:\r\n[ 1 , 2 ] }', { a: "1", b: "[ 1 , 2 ]" }],
    ["a last value without anything behind it", '{"a":1}', { a: "1" }],
    [
      "strings that hold quotes, braces and backslashes",
      String.raw`{"a":"\"}{[]\\","b":"\\\"","c":"\\\\"}`,
      {
        a: String.raw`"\"}{[]\\"`,
        b: String.raw`"\\\""`,
        c: String.raw`"\\\\"`,
      },
    ],
    [
      "nested values with all of that",
      String.raw`{"a":{"x":["}","\"]",{"y":"\\"}]},"b":1}`,
      {
        a: String.raw`{"x":["}","\"]",{"y":"\\"}]}`,
        b: "1",
      },
    ],
    ["nested fields are not top-level", '{"a":{"model":"x"},"model":"y"}', { a: '{"model":"x"}', model: '"y"' }],
    ["names and values outside ASCII", '{"é":"日😀","x":1}', { é: '"日😀"', x: "1" }],
    ["a name that is a prototype's", '{"__proto__":1,"constructor":2}', { ["__proto__"]: "1", constructor: "2" }],
    ["an empty name", '{"":1}', { "": "1" }],
  ])("%s", (_title, text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  test.each([
    ["a name that comes twice", '{"model":"cheap","model":"dear"}'],
    ["a name that comes twice, far apart", '{"model":"cheap","x":{"model":1},"y":[1],"model":"dear"}'],
    ["an escaped name", String.raw`{"mod\u0065l":"dear","model":"cheap"}`],
    ["an escaped name, whatever it says", String.raw`{"a\"b":1}`],
    ["an array", '[{"model":"x"}]'],
    ["a string", '"model"'],
    ["nothing", ""],
    ["whitespace", "  "],
    ["a byte order mark", '\uFEFF{"a":1}'],
    ["something behind the object", '{"a":1}{"b":2}'],
    ["an object that is cut in a name", '{"a'],
    ["an object that is cut behind a name", '{"a"'],
    ["an object that is cut behind a colon", '{"a":'],
    ["an object that is cut in a string", String.raw`{"a":"x\"`],
    ["an object that is cut in a value", '{"a":{"b":"}"'],
    ["an object that is cut behind a value", '{"a":1'],
    ["an object that is cut behind a comma", '{"a":1,'],
    ["a name without quotes", "{a:1}"],
    ["no colon", '{"a" 1}'],
    ["no comma", '{"a":1 "b":2}'],
    ["a comma too many", '{"a":1,}'],
    ["no value", '{"a":,"b":1}'],
  ])("%s is left to a full parse", (_title, text) => {
    expect(scanTopLevel(bytesOf(text))).toBeUndefined();
  });
});

describe("splicing", () => {
  test.each<[string, string, FieldEdit[], string]>([
    [
      "a value is replaced and the rest kept",
      '{ "a":1 , "model" : "x" , "z": 1.0 }',
      [{ key: "model", value: '"yy"' }],
      '{ "a":1 , "model" : "yy" , "z": 1.0 }',
    ],
    ["a field that is not there goes to the front", '{"a":1}', [{ key: "model", value: '"y"' }], '{"model":"y","a":1}'],
    ["also before whitespace", '{\n  "a":1\n}', [{ key: "m", value: "2" }], '{"m":2,\n  "a":1\n}'],
    ["also into an empty object", "{ }", [{ key: "m", value: "2" }], '{"m":2 }'],
    [
      "several new fields keep their order",
      '{"a":1}',
      [
        { key: "x", value: "1" },
        { key: "y", value: "2" },
      ],
      '{"x":1,"y":2,"a":1}',
    ],
    [
      "replaced and new fields in one go, in any order",
      '{"a":1,"b":2}',
      [
        { key: "b", value: "20" },
        { key: "n", value: "0" },
        { key: "a", value: "10" },
      ],
      '{"n":0,"a":10,"b":20}',
    ],
    [
      "of two edits of one field the last counts",
      '{"a":1}',
      [
        { key: "a", value: "2" },
        { key: "a", value: "3" },
      ],
      '{"a":3}',
    ],
    [
      "of two edits of one new field the last counts",
      "{}",
      [
        { key: "a", value: "2" },
        { key: "a", value: "3" },
      ],
      '{"a":3}',
    ],
    ["a new name is escaped", "{}", [{ key: 'a"b', value: "1" }], String.raw`{"a\"b":1}`],
    [
      "nested fields of that name are left alone",
      '{"x":{"model":"a"},"model":"b"}',
      [{ key: "model", value: '"c"' }],
      '{"x":{"model":"a"},"model":"c"}',
    ],
    [
      "big numbers and odd spellings survive",
      '{"n":12345678901234567890,"f":1.50,"s":"\\u0041"}',
      [{ key: "m", value: "1" }],
      '{"m":1,"n":12345678901234567890,"f":1.50,"s":"\\u0041"}',
    ],
  ])("%s", (_title, text, edits, expected) => {
    expect(splice(text, ...edits)).toBe(expected);
  });

  test("no edit, no copy", () => {
    const bytes = bytesOf('{"a":1}');
    expect(joined(splicedPieces(bytes, scan('{"a":1}'), [])).buffer).toBe(bytes.buffer);
  });
});

describe("properties", () => {
  const space = fc.constantFrom("", " ", "\n", "\t \r\n");
  const name = fc
    .oneof(fc.constantFrom("model", "stream", "é"), fc.string())
    .filter((text) => !/["\\\p{Cc}]/u.test(text));
  /** Written in some way of many: with spaces, and with values in any spelling. */
  const written = fc
    .tuple(fc.uniqueArray(fc.tuple(name, fc.json(), space, space), { selector: ([key]) => key }), space)
    .map(([fields, inner]) => {
      const list = fields.map(
        ([key, value, before, after]) => `${before}${JSON.stringify(key)}${after}:${before}${value}${after}`,
      );
      return { text: `${inner}{${list.join(",")}${inner}}${inner}`, keys: fields.map(([key]) => key) };
    });

  test("a splice changes that field and no other byte", () => {
    fc.assert(
      fc.property(written, name, fc.json(), ({ text, keys }, key, value) => {
        const bytes = bytesOf(text);
        const fields = scan(text);
        const spliced = textOf(joined(splicedPieces(bytes, fields, [{ key, value }])));
        const expected = new Map(Object.entries(JSON.parse(text) as object)).set(key, JSON.parse(value));
        expect(new Map(Object.entries(JSON.parse(spliced) as object))).toEqual(expected);
        const span = fields.values.get(key);
        const [start, end] = span === undefined ? [fields.front, fields.front] : [span.start, span.end];
        expect(spliced.startsWith(textOf(bytes.subarray(0, start)))).toBe(true);
        expect(spliced.endsWith(textOf(bytes.subarray(end)))).toBe(true);
        expect([...fields.values.keys()]).toEqual(keys);
      }),
    );
  });

  test("each span is the JSON text of its value", () => {
    fc.assert(
      fc.property(written, ({ text }) => {
        const parsed = new Map(Object.entries(JSON.parse(text) as object));
        for (const [key, value] of Object.entries(valuesOf(text))) expect(JSON.parse(value)).toEqual(parsed.get(key));
      }),
    );
  });

  test("any bytes are scanned or refused, and nothing is thrown", () => {
    const byte = fc.oneof(fc.constantFrom(...bytesOf('{}[]":,\\ 1a')), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte), (bytes) => {
        const fields = scanTopLevel(Uint8Array.from(bytes));
        for (const { start, end } of fields?.values.values() ?? []) expect(end).toBeGreaterThan(start);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("time grows with the length, not with its square", () => {
  test.each([
    ["backslashes", (size: number) => `{"a":"${"\\\\".repeat(size / 2)}"}`],
    ["escaped quotes", (size: number) => `{"a":"${'\\"'.repeat(size / 2)}"}`],
    ["depth", (size: number) => `{"a":${"[".repeat(size / 2)}${"]".repeat(size / 2)}}`],
    ["fields", (size: number) => `{${Array.from({ length: size / 16 }, (_, i) => `"k${i}":1`).join(",")}}`],
    ["a string that never ends", (size: number) => `{"a":["${'\\"'.repeat(size / 2)}`],
  ])("%s", (_title, make) => {
    const [small, large] = [bytesOf(make(100_000)), bytesOf(make(800_000))];
    // Eight times the length: a linear scan takes about 8 times as long, a quadratic one 64 times.
    const ratio = (): number => fastest(() => scanTopLevel(large)) / fastest(() => scanTopLevel(small));
    expect(Math.min(ratio(), ratio(), ratio())).toBeLessThan(30);
  });

  function fastest(run: () => void): number {
    const times = Array.from({ length: 7 }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    });
    return Math.min(...times);
  }
});
