import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { type LargeDocument, readLarge } from "./large-document.ts";
import { writeLarge } from "./large-writer.ts";
import { atOnce } from "./steps.ts";

const long = "All work and no play. ".repeat(400);

function documentOf(text: string): LargeDocument {
  return atOnce(readLarge(new TextEncoder().encode(text), { sliceBytes: 64 }));
}

function pieces(document: LargeDocument, json: JsonObject, stepChars?: number): readonly Uint8Array[] {
  return atOnce(writeLarge(document, json, stepChars));
}

function written(text: string, change: (outline: JsonObject) => JsonObject, stepChars?: number): string {
  const document = documentOf(text);
  return Buffer.concat(pieces(document, change(document.outline), stepChars)).toString();
}

describe("what the outline left out is put back", () => {
  const text = JSON.stringify({ messages: [{ role: "developer", content: `${long}é"\\` }, { content: long }], n: 1 });

  test("where its beginning stands now", () => {
    const changed = written(text, ({ messages, ...rest }) => {
      const [first, second] = messages as readonly JsonObject[];
      return { ...rest, turns: [second ?? null, { ...first, role: "system" }] };
    });
    expect(JSON.parse(changed)).toEqual({
      n: 1,
      turns: [{ content: long }, { role: "system", content: `${long}é"\\` }],
    });
  });

  test("in names too", () => {
    const named = JSON.stringify({ [long]: { [`${long}b`]: 1 } });
    expect(written(named, (outline) => ({ ...outline, more: 1 }))).toBe(`${named.slice(0, -1)},"more":1}`);
  });

  test("and not where a text only looks like a mark", () => {
    const tricky = ["\\ud8000", "x\\ud8000", "\\\\ud8001", long, '\\ud8000"'];
    expect(JSON.parse(written(JSON.stringify({ tricky }), (outline) => ({ other: outline["tricky"] })))).toEqual({
      other: tricky,
    });
  });
});

describe("a field that has the value it had", () => {
  test("is written as it was, space, numbers and escapes", () => {
    const text = '{ "a" : 12345678901234567890,"b": [1.50, "\\u00e9"] , "c":2}';
    expect(written(text, (outline) => ({ ...outline, c: 3 }))).toBe(
      '{"a":12345678901234567890,"b":[1.50, "\\u00e9"],"c":3}',
    );
  });

  test("is written from what was read where names cannot be told apart", () => {
    const text = '{"model":"a","mod\\u0065l":"b","n":1.50}';
    expect(written(text, (outline) => ({ ...outline, m: 1 }))).toBe('{"model":"b","n":1.5,"m":1}');
  });

  test("is not copied where it is large", () => {
    const document = documentOf(JSON.stringify({ a: "x".repeat(200_000), b: 1 }));
    const [, kept] = pieces(document, { ...document.outline, b: 2 });
    expect(kept?.buffer).toBe(document.bytes.buffer);
    expect(kept?.length).toBe(200_002);
  });
});

test("many small pieces are few", () => {
  const document = documentOf(JSON.stringify({ list: Array.from({ length: 300 }, () => long) }));
  expect(pieces(document, { other: document.outline["list"] }).length).toBeLessThan(20);
});

test("a field without a value is left out, and a field called __proto__ stays one", () => {
  const text = '{"__proto__":{"a":[1,2]},"b":{"__proto__":1}}';
  expect(written(text, (outline) => ({ ...outline, gone: undefined }), 1)).toBe(text);
});

test("whatever is written, in whatever steps, says what JSON.stringify says", () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom([], {}, [[]], [{}], [1, [2, [3]]]));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), field), fc.constantFrom(1, 10, 40, 1000), (json, stepChars) => {
      const text = Buffer.concat(pieces(documentOf("{}"), json, stepChars)).toString();
      expect(text).toBe(JSON.stringify(json));
    }),
  );
});
