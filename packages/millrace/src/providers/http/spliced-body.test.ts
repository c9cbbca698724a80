import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { type BodyBytes, splicedBody } from "./spliced-body.ts";

const MODEL = { key: "model", value: '"target"' };
const USAGE = { key: "stream_options", value: '{"include_usage":true}' };

function bodyOf(text: string, isEscapeFree: boolean = !text.includes("\\u")): Parameters<typeof splicedBody>[0] {
  const json = JSON.parse(text) as JsonObject;
  return { bytes: Buffer.from(text), json, outline: json, isEscapeFree };
}

function splice(text: string, edits = [MODEL]): string | undefined {
  return textOf(splicedBody(bodyOf(text), edits));
}

function textOf(body: BodyBytes | undefined): string | undefined {
  return body === undefined || body instanceof Uint8Array
    ? body && Buffer.from(body).toString()
    : Buffer.concat(body).toString();
}

describe("the model's name is replaced and every other byte stays", () => {
  test.each([
    ['{"model":"asked","n":1}', '{"model":"target","n":1}'],
    ['{"n":1.0, "model" :\n "asked" }', '{"n":1.0, "model" :\n "target" }'],
    ['{"messages":[{"content":"the model"}],"model":"ä/ö"}', '{"messages":[{"content":"the model"}],"model":"target"}'],
    ['{"metadata":{"model":"other"},"model":"asked"}', '{"metadata":{"model":"other"},"model":"target"}'],
    ['{"messages":[{"role":"model"}],"model":"asked"}', '{"messages":[{"role":"model"}],"model":"target"}'],
    ['{"content":"\\"model\\":\\"x\\"","model":"asked"}', '{"content":"\\"model\\":\\"x\\"","model":"target"}'],
    ['{"model":"a\\"b"}', '{"model":"target"}'],
    [' {"model":"asked"}', ' {"model":"target"}'],
  ])("%s", (text, expected) => {
    expect(splice(text)).toBe(expected);
  });
});

test("a field that is not there is put in front", () => {
  expect(splice('{"model":"asked"}', [MODEL, USAGE])).toBe(
    '{"stream_options":{"include_usage":true},"model":"target"}',
  );
});

test("a name that comes twice, or is written with an escape, is never spliced", () => {
  expect(splice('{"model":"allowed","model":"secret"}')).toBeUndefined();
  expect(splice('{"model":"allowed","mod\\u0065l":"secret"}')).toBeUndefined();
  expect(splice('{"mod\\u0065l":"secret"}')).toBeUndefined();
});

test("without edits the body goes out as it is", () => {
  const body = bodyOf('{"model":"x"}');
  expect(splicedBody(body, [])).toBe(body.bytes);
});

test("whatever the body, it says the same with the edits in it, and in the same bytes as by a scan", () => {
  const names = fc.constantFrom("model", "stream", "x", '"model"', "mödel");
  const value = fc.oneof(
    fc.constantFrom("model", '"model":', "asked"),
    fc.integer(),
    fc.dictionary(names, fc.string()),
  );
  const edits = [MODEL, { key: "added", value: "1" }];
  fc.assert(
    fc.property(fc.dictionary(names, value), fc.constantFrom(0, 1), (fields, spaces) => {
      const text = JSON.stringify({ ...fields, model: "asked" }, undefined, spaces);
      const searched = splice(text, edits);
      const scanned = textOf(splicedBody(bodyOf(text, false), edits));
      if (searched !== undefined) {
        expect(JSON.parse(searched)).toEqual({ ...(JSON.parse(text) as object), model: "target", added: 1 });
      }
      if (scanned !== undefined) expect(searched).toBe(scanned);
    }),
  );
});
