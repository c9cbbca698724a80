import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LargeDocument, type ReadLargeOptions, readLarge } from "./large-document.ts";
import { writeLarge } from "./large-writer.ts";
import { atOnce } from "./steps.ts";
import { countingWork } from "./testing/step-work.ts";
import { UnreadableError, type Unreadable } from "./unreadable.ts";

const TEXT = new TextEncoder();

function read(text: string, options: ReadLargeOptions = {}): LargeDocument | Unreadable {
  try {
    return atOnce(readLarge(TEXT.encode(text), options));
  } catch (error) {
    if (error instanceof UnreadableError) return error.why;
    throw error;
  }
}

function document(text: string, options: ReadLargeOptions = {}): LargeDocument {
  const found = read(text, options);
  if (typeof found === "string") throw new Error(`${found}: ${text.slice(0, 100)}`);
  return found;
}

/** What a text says, with what was cut from it put back; nothing of it is taken from the bytes as it stands there. */
function meaning(text: string, sliceBytes: number): string {
  const found = read(text, { sliceBytes });
  if (typeof found === "string") return found;
  const pieces = atOnce(writeLarge({ ...found, spans: undefined }, found.outline));
  return JSON.stringify(JSON.parse(Buffer.concat(pieces).toString()));
}

/** The same by `JSON.parse`. */
function expectedMeaning(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.stringify(value) : "malformed";
  } catch {
    return "malformed";
  }
}

const long = fc.constantFrom("x".repeat(5000), '\\"'.repeat(3000), "é\n".repeat(3000), "😀".repeat(2000));
const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "1", "0", "a"));
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.string({ unit: "grapheme" }), long, fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(name, tie("value"), { maxKeys: 5 }),
  ),
}));
const anyObject = fc.dictionary(name, anyValue);
const slice = fc.constantFrom(1, 3, 20, 500);

describe("it reads what JSON.parse reads, wherever it pauses", () => {
  test("of any object", () => {
    fc.assert(
      fc.property(anyObject, slice, fc.constantFrom(undefined, 1, "\t"), (value, sliceBytes, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(meaning(text, sliceBytes)).toBe(expectedMeaning(text));
      }),
      { numRuns: 300 },
    );
  });

  test("and refuses what it refuses: texts of JSON's own signs", () => {
    const one = ["{", "}", "[", "]", ",", ":", '"a"', '"b\\""', "1", "-", "null", " ", "\n", '"', "\\", "tru"];
    const sign = fc.constantFrom(...one, '"__proto__":', '"k":', '"k":[', "],", '{"a":1},', '"a":1,');
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 24 }), slice, (signs, sliceBytes) => {
        const inside = signs.join("");
        for (const text of [`{${inside}}`, `{"a":[${inside}]}`, `{"a":[{},${inside}`]) {
          expect(meaning(text, sliceBytes)).toBe(expectedMeaning(text));
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("objects in which one character is another", () => {
    const sign = fc.constantFrom("", ",", "]", "}", "[", "{", ":", '"', "1", "-", " ");
    const ascii = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue());
    fc.assert(
      fc.property(ascii, fc.nat(), sign, fc.constantFrom(0, 1), slice, (value, place, inserted, left, sliceBytes) => {
        const text = JSON.stringify(value).replaceAll(/[^\x20-\x7e]/gu, "?");
        const at = place % text.length;
        const changed = text.slice(0, at) + inserted + text.slice(at + left);
        expect(meaning(changed, sliceBytes)).toBe(expectedMeaning(changed));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["a comma more", '{"a":[1,,2]}'],
    ["a comma at the end", '{"a":[[1,2,3],]}'],
    ["no comma", '{"a":[[1,2,3][4]]}'],
    ["no comma before a longer list", '{"a":[[1,2,3][4,5,6]]}'],
    ["no comma before a longer field", '{"a":[1,2,3]"b":[4,5,6]}'],
    ["a minus before an object", '{"a":-{"b":1,"c":2}}'],
    ["another bracket", '{"a":[1,2,3,4}]'],
    ["something behind", '{"a":[1,2,3,4]}{}'],
    ["a byte order mark within", '{"a":[1,2,\uFEFF3]}'],
    ["nothing but its beginning", "{"],
    ["a list", "[1,2,3]"],
    ["nothing", ""],
  ])("%s is refused", (_what, text) => {
    for (const sliceBytes of [1, 2, 4, 1000]) expect(read(text, { sliceBytes })).toBe("malformed");
  });
});

describe("a long string", () => {
  const text = "word ".repeat(2000);
  const { outline, cuts } = document(JSON.stringify({ model: "m", messages: [{ content: text }], [text]: 1 }));

  test("is cut, be it a name; the beginning is there", () => {
    const [message] = outline["messages"] as readonly { readonly content: string }[];
    expect(message?.content.startsWith(text.slice(0, 2000))).toBe(true);
    expect(JSON.stringify(outline).length).toBeLessThan(5000);
    expect(cuts).toHaveLength(2);
  });

  test("has a mark that is nobody's text: half a surrogate pair", () => {
    expect(JSON.stringify(outline).match(/\\ud800\d+"/gu)).toHaveLength(2);
  });
});

describe("where the top-level fields lie", () => {
  const spanTexts = (text: string): Record<string, string> | undefined => {
    const { spans, bytes } = document(text, { sliceBytes: 4 });
    const texts = [...(spans?.values ?? [])].map(
      ([key, { start, end }]) => [key, Buffer.from(bytes.subarray(start, end)).toString()] as const,
    );
    return spans && Object.fromEntries(texts);
  };

  test("is known, without the space around them", () => {
    expect(spanTexts('{ "a" :\n [1, {"x":2}] , "é":"v\\"," }\n')).toEqual({ a: '[1, {"x":2}]', é: '"v\\","' });
    expect(spanTexts("{ }")).toEqual({});
  });

  test.each([
    ["a name comes twice", '{"model":"a","n":1,"model":"b"}'],
    ["a name is written with an escape", '{"mod\\u0065l":"a"}'],
    ["a name is long", JSON.stringify({ ["x".repeat(9000)]: 1 })],
    ["a byte order mark is before them", '\uFEFF{"a":1}'],
  ])("is not told where %s", (_what, text) => {
    expect(spanTexts(text)).toBeUndefined();
  });

  test("with names, and from where, also then", () => {
    const { fields } = document('{"a\\u0062":1, "c":[2],"c":3}');
    expect(fields.map((field) => [field.name, field.start])).toEqual([
      ["ab", 1],
      ["c", 14],
      ["c", 22],
    ]);
  });
});

describe("what would hold everybody up is not read", () => {
  const within = (depth: number, inner: string): string => `{"a":${"[".repeat(depth)}${inner}${"]".repeat(depth)}}`;
  const numbers = "1234567,".repeat(200_000);

  test.each<[string, string, ReadLargeOptions, Unreadable | undefined]>([
    ["a large value within 60 others", within(60, `${numbers}1`), {}, undefined],
    ["within 70", within(70, `${numbers}1`), {}, "too-deep"],
    ["a small value within thousands", within(5000, "1"), {}, undefined],
    ["depth without end", `{"a":${"[".repeat(3_000_000)}`, {}, "too-deep"],
    ["a number without end", `{"a":${"1".repeat(2_000_000)}}`, {}, "too-deep"],
    ["values within what they may take", `{"a":[${numbers}1]}`, { maxCost: 4_000_000 }, undefined],
    ["values that take more", `{"a":[${numbers}1]}`, { maxCost: 3_000_000 }, "too-many-values"],
    ["a list of millions", `{"a":[${"1,".repeat(6_500_000)}1]}`, {}, "too-many-values"],
    ["many fields", JSON.stringify({ a: fieldsOf(60_000), b: 1 }), {}, undefined],
    ["more fields", JSON.stringify({ a: fieldsOf(70_000), b: 1 }), {}, "too-many-fields"],
    ["fields at the top", JSON.stringify(fieldsOf(4000)), {}, undefined],
    ["more fields at the top", JSON.stringify(fieldsOf(5000)), {}, "too-many-fields"],
  ])("%s", (_what, text, options, why) => {
    const found = read(text, options);
    expect(typeof found === "string" ? found : undefined).toBe(why);
  });

  function fieldsOf(count: number): Record<string, string> {
    return Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, "v"]));
  }
});

describe("no step does much, whatever the text", () => {
  const SLICE = 16 * 1024;
  const MIB = 1024 * 1024;
  const filled = (what: string): string => what.repeat(Math.floor((4 * MIB) / what.length));

  test.each([
    ["plain text", JSON.stringify({ a: filled("All work and no play. ") })],
    ["quotes", `{"a":"${filled('say \\"hi\\" ')}"}`],
    ["backslashes", `{"a":"${filled("\\\\")}"}`],
    ["a backslash before quotes", `{"a":"${filled('\\\\\\"')}"}`],
    ["small messages", `{"a":[${filled('{"role":"user","content":"hi"},')}1]}`],
    ["long messages", `{"a":[${filled(`{"role":"user","content":"${"word ".repeat(600)}"},`)}1]}`],
    ["very long messages", `{"a":[${filled(`{"role":"user","content":"${"word ".repeat(6000)}"},`)}1]}`],
    ["numbers", `{"a":[${filled("1234,")}1]}`],
    ["lists in lists", `{"a":[${filled(`[${"1,".repeat(3 * SLICE)}[[2]]],`)}1]}`],
    ["space", `{"a":[${filled(" ")}1]}${filled("\n")}`],
    ["fields", `{"a":{${filled(`"k":"${"v".repeat(500)}",`)}"k":1}}`],
  ])("%s", (_what, text) => {
    const { value, steps, mostChars } = countingWork(readLarge(TEXT.encode(text), { sliceBytes: SLICE }));
    expect(mostChars).toBeLessThan(4 * SLICE);
    const written = countingWork(writeLarge({ ...value, spans: undefined }, value.outline, SLICE));
    expect(written.mostChars).toBeLessThan(4 * SLICE);
    // A search for the end of a plain string is one step, however long it is.
    if (!_what.includes("text") && !_what.includes("very")) expect(steps).toBeGreaterThan(text.length / SLICE / 4);
  });
});
