import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { readPreferences } from "./read-preferences.ts";

const read = (field: JsonValue | undefined, header?: string | readonly string[]): unknown => {
  const result = readPreferences(field, header);
  return "failure" in result ? result.failure.message : result.preferences;
};

test("a request that says nothing prefers nothing", () => {
  expect(read(undefined)).toBeUndefined();
});

test("the body says all of it", () => {
  expect(
    read({
      order: ["desk", "lab/*"],
      only: ["desk", "lab/q"],
      ignore: [],
      max_price: { input: 2, output: 8.5 },
      local: true,
      failover: false,
      priority: -3,
    }),
  ).toEqual({
    order: ["desk", "lab/*"],
    only: ["desk", "lab/q"],
    ignore: [],
    maxPrice: { inputUsd: 2, outputUsd: 8.5 },
    local: true,
    failover: false,
    priority: -3,
  });
});

describe("the header", () => {
  test.each<[string, unknown]>([
    [
      "only=desk,lab/*; ignore=cloud; order=a,b; max-price-input=2; max-price-output=8; local; no-failover; priority=5",
      {
        only: ["desk", "lab/*"],
        ignore: ["cloud"],
        order: ["a", "b"],
        maxPrice: { inputUsd: 2, outputUsd: 8 },
        local: true,
        failover: false,
        priority: 5,
      },
    ],
    [" Only = desk , lab ;; LOCAL ; ", { only: ["desk", "lab"], local: true }],
    ["local=false; failover=true", { local: false, failover: true }],
    ["no-failover=false", { failover: true }],
    ["priority=-7", { priority: -7 }],
    ["", {}],
  ])("%s", (header, expected) => {
    expect(read(undefined, header)).toEqual(expected);
  });

  test("sent twice is read as one", () => {
    expect(read(undefined, ["local", "only=desk"])).toEqual({ local: true, only: ["desk"] });
  });

  test("goes before the body, field by field", () => {
    expect(
      read({ only: ["lab"], local: true, max_price: { input: 1, output: 2 } }, "only=desk; max-price-input=3"),
    ).toEqual({ only: ["desk"], local: true, maxPrice: { inputUsd: 3, outputUsd: 2 } });
  });
});

test("`null` is a field left out", () => {
  expect(read({ only: null, priority: null, max_price: { input: null } })).toEqual({});
});

const long = "x".repeat(257);
const ENTRY = "a provider or `provider/model` of at most 256 characters.";
const THERE_IS = "left out: there is order, only, ignore, local, failover, strict, priority, max_price.";

describe("what cannot be meant is a 400 that names the field", () => {
  test.each<[JsonValue, string]>([
    [1, "`millrace` must be an object."],
    [[], "`millrace` must be an object."],
    [null, "`millrace` must be an object."],
    [{ ignroe: ["cloud"] }, `\`millrace.ignroe\` must be ${THERE_IS}`],
    [{ constructor: 1 }, `\`millrace.constructor\` must be ${THERE_IS}`],
    [{ [long]: 1 }, `\`millrace.${"x".repeat(40)}…\` must be ${THERE_IS}`],
    [{ only: "desk" }, "`millrace.only` must be a list of providers or `provider/model`."],
    [{ only: ["desk", 7] }, `\`millrace.only[1]\` must be ${ENTRY}`],
    [{ order: [""] }, `\`millrace.order[0]\` must be ${ENTRY}`],
    [{ ignore: [long] }, `\`millrace.ignore[0]\` must be ${ENTRY}`],
    [{ only: Array(65).fill("a") }, "`millrace.only` must be a list of at most 64 entries."],
    [{ local: "yes" }, "`millrace.local` must be true or false."],
    [{ failover: 0 }, "`millrace.failover` must be true or false."],
    [{ priority: 1.5 }, "`millrace.priority` must be a whole number from -100 to 100."],
    [{ priority: 101 }, "`millrace.priority` must be a whole number from -100 to 100."],
    [{ max_price: 3 }, "`millrace.max_price` must be an object with `input`, `output` or both."],
    [{ max_price: { input: -1 } }, "`millrace.max_price.input` must be US dollars for a million tokens, 0 or more."],
    [{ max_price: { output: "1" } }, "`millrace.max_price.output` must be US dollars for a million tokens, 0 or more."],
    [{ max_price: { in: 1 } }, "`millrace.max_price.in` must be left out: there is input, output."],
  ])("body %j", (field, message) => {
    expect(read(field)).toBe(message);
  });

  test.each<[string, string]>([
    [
      "onyl=desk",
      "`x-millrace-route: onyl` must be left out: there is order, only, ignore, local, failover, no-failover, strict, priority, max-price-input, max-price-output.",
    ],
    ["only", "`x-millrace-route: only` must be a list of providers or `provider/model`."],
    ["only=", `\`x-millrace-route: only[0]\` must be ${ENTRY}`],
    ["only=a,,b", `\`x-millrace-route: only[1]\` must be ${ENTRY}`],
    ["local=maybe", "`x-millrace-route: local` must be true or false."],
    ["priority=high", "`x-millrace-route: priority` must be a whole number from -100 to 100."],
    ["priority", "`x-millrace-route: priority` must be a whole number from -100 to 100."],
    ["max-price-input=1e3", "`x-millrace-route: max-price-input` must be US dollars for a million tokens, 0 or more."],
  ])("header %s", (header, message) => {
    expect(read(undefined, header)).toBe(message);
  });

  test("with the field as its parameter", () => {
    expect(readPreferences({ only: [1] }, undefined)).toMatchObject({
      failure: {
        kind: "bad_request",
        status: 400,
        code: "invalid_preference",
        param: "millrace.only[0]",
        retry: "never",
      },
    });
  });
});

test("whatever is sent is read or refused", () => {
  const field = fc.dictionary(
    fc.constantFrom(
      "order",
      "only",
      "ignore",
      "local",
      "failover",
      "priority",
      "max_price",
      "input",
      "toString",
      "__proto__",
    ),
    fc.jsonValue() as fc.Arbitrary<JsonValue>,
  );
  const header = fc.option(fc.string({ unit: fc.constantFrom("only", "local", "=", ";", ",", " ", "5", "é") }), {
    nil: undefined,
  });
  fc.assert(
    fc.property(field, header, (body, text) => {
      const result = readPreferences(body, text);
      expect("failure" in result ? result.failure.status : typeof result.preferences).toBeOneOf([400, "object"]);
    }),
  );
});
