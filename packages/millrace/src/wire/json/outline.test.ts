import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outlineOf } from "./outline.ts";

const TEXT = new TextEncoder();
const KEPT_BYTES = 2048;

function outline(value: unknown): unknown {
  const cut = outlineOf(TEXT.encode(typeof value === "string" ? value : JSON.stringify(value)));
  return cut === undefined ? undefined : JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(cut));
}

const long = "All work and no play. ".repeat(500);

describe("a long string is cut, and everything beside it stays", () => {
  test.each([
    ["first", { content: long, model: "m", n: [1, { deep: null }] }],
    ["last", { model: "m", n: [1, { deep: null }], content: long }],
    [
      "between short ones",
      {
        messages: [
          { role: "user", content: long },
          { role: "assistant", content: "no" },
        ],
      },
    ],
  ])("%s", (_where, value) => {
    const cut = JSON.stringify(value).replace(long, long.slice(0, KEPT_BYTES));
    expect(outline(value)).toEqual(JSON.parse(cut));
  });

  test("also one that is a name", () => {
    expect(outline({ [long]: 1 })).toEqual({ [long.slice(0, KEPT_BYTES)]: 1 });
  });
});

test.each(["\\\\", '\\"', "\\u00e9", "\\n", "é", "語", "🙂"])(
  "where %s stands at the cut, the rest is still JSON",
  (character) => {
    for (let before = KEPT_BYTES - 8; before <= KEPT_BYTES + 1; before += 1) {
      const text = `{"content":"${"a".repeat(before)}${character}${"b".repeat(5000)}","model":"m"}`;
      const { content, model } = outline(text) as { content: string; model: string };
      expect(model).toBe("m");
      expect((JSON.parse(text) as { content: string }).content.startsWith(content)).toBe(true);
      expect(content.length).toBeGreaterThan(KEPT_BYTES - 10);
    }
  },
);

test("nothing is cut where no string is long, or where quotes come too often to gain by it", () => {
  expect(
    outline({ messages: Array.from({ length: 100 }, () => ({ role: "user", content: "short" })) }),
  ).toBeUndefined();
  expect(outline({ tools: Array.from({ length: 1000 }, (_, n) => ({ name: `t${n}` })), last: long })).toBeUndefined();
  expect(outline({ content: '"'.repeat(5000) })).toBeUndefined();
});

test("what is no JSON gives nothing, or what is no JSON either", () => {
  expect(outlineOf(TEXT.encode(`{"content":"${long}`))).toBeUndefined();
  expect(() => outline(`{"content":"${long}"`)).toThrow(SyntaxError);
});

test("whatever the document, the outline differs from it in long strings only", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constant(long), fc.constant(`${long}\\"é"`));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(text, fc.array(text), fc.integer())), (document) => {
      const cut = outline(document);
      if (cut === undefined) return;
      const short = (value: unknown): unknown => (typeof value === "string" && value.length > 1000 ? "long" : value);
      expect(JSON.stringify(cut, (_key, value) => short(value))).toBe(
        JSON.stringify(document, (_key, value) => short(value)),
      );
    }),
  );
});
