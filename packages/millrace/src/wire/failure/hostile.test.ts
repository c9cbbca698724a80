import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { findError } from "./account.ts";
import { classify, classifyValue } from "./classify.ts";
import { readable } from "./readable.ts";
import { retryAfterMs } from "./retry-after.ts";

const FIELDS = [
  "error",
  "message",
  "code",
  "type",
  "param",
  "detail",
  "errors",
  "base_resp",
  "status_code",
  "status",
  "object",
  "success",
  "data",
  "metadata",
  "raw",
  "details",
  "reason",
  "innererror",
  "choices",
  "title",
  "loc",
  "msg",
  "retryDelay",
  "headers",
  "error_message",
  "error_type",
  "n_ctx",
  "retry_after",
  "__proto__",
  "constructor",
];
const WORDS = [
  "error",
  "rate limit",
  "context_length_exceeded",
  "maximum context length is 99999999999999999999 tokens",
  "sk-abcdefgh123456",
  '{"error":{"message":"x"}}',
  "500",
  "failure",
  "try again in 5s",
  "[",
  "\0",
  "\uD83D",
  "model 'x' not found",
  "__proto__",
];

/** Documents made of the fields that the classifier looks at, with anything in them. */
const { document } = fc.letrec<{ document: JsonValue }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<JsonValue>(null, true, false, 0, -1, 400, 429, 500, 1008, 1e308, "", ...WORDS),
    fc.string(),
    fc.array(tie("document"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie("document"), { maxKeys: 5 }),
  ),
}));

const headers = fc.dictionary(
  fc.constantFrom("retry-after", "retry-after-ms", "x-ratelimit-reset", "x-should-retry", "location", "content-type"),
  fc.oneof(fc.string(), fc.constantFrom("1", "-1", "1e999", "Sun, 22 Nov 2026 12:00:30 GMT", "6m0s")),
);
const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(0, 200, 302, 400, 404, 500, 999));

function expectSound(failure: ReturnType<typeof classify>): void {
  expect(failure.message).not.toBe("");
  expect(failure.message.length).toBeLessThanOrEqual(1000);
  expect(failure.message).not.toMatch(/\p{Cc}|\p{Surrogate}/u);
  expect(failure.status).toBeGreaterThanOrEqual(400);
  expect(failure.status).toBeLessThan(600);
  if (failure.retryAfterMs !== undefined) expect(failure.retryAfterMs).toBeGreaterThanOrEqual(0);
  expect(JSON.parse(JSON.stringify(failure))).toEqual(failure);
}

describe("whatever a server sends, there is a failure and nothing is thrown", () => {
  test("any JSON as a body", () => {
    fc.assert(
      fc.property(document, status, headers, (body, code, head) => {
        expectSound(classify({ status: code, headers: head, body: JSON.stringify(body), wallNowMs: 1e12 }));
      }),
      { numRuns: 1000 },
    );
  });

  test("any text as a body", () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom("<html>", "<title>", "{", '{"error":', "[{", ...WORDS));
    fc.assert(
      fc.property(fc.array(piece), status, headers, (pieces, code, head) => {
        expectSound(classify({ status: code, headers: head, body: pieces.join(""), wallNowMs: 1e12 }));
      }),
      { numRuns: 1000 },
    );
  });

  test("any value in a stream", () => {
    fc.assert(
      fc.property(document, headers, (value, head) => {
        expectSound(classifyValue(value, { wallNowMs: 1e12, partial: true, headers: head }));
        findError(value);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["lists", "[", "]"],
    ["error objects", '{"error":', "}"],
    ["messages", '{"message":', "}"],
    ["lists of details", '{"detail":[', "]}"],
  ])("a body that is %s to any depth", (_title, open, close) => {
    const depth = 20_000;
    const body = `${open.repeat(depth)}"x"${close.repeat(depth)}`;
    expectSound(classify({ status: 500, headers: {}, body, wallNowMs: 0 }));
  });

  test("a message of JSON in JSON in JSON ends", () => {
    let body = "prompt is too long";
    for (let depth = 0; depth < 8; depth += 1)
      body = JSON.stringify({ error: { message: body, metadata: { raw: body } } });
    expectSound(classify({ status: 400, headers: {}, body, wallNowMs: 0 }));
  });
});

describe("time grows with the length, not with its square", () => {
  const inMessage = (text: string): string => JSON.stringify({ error: { message: text } });
  const repeated =
    (piece: string) =>
    (size: number): string =>
      piece.repeat(size / piece.length);

  test.each<[string, (size: number) => string]>([
    ["words of a missing model", (size) => inMessage(repeated("model ")(size))],
    ["digits", (size) => inMessage(repeated("7")(size))],
    ["beginnings of overflows", (size) => inMessage(repeated("maximum context length is ")(size))],
    ["waits", (size) => inMessage(repeated("try again in 1h")(size))],
    ["durations", (size) => inMessage(`try again in ${repeated("1h")(size)}`)],
    ["keys", (size) => inMessage(repeated("sk-")(size))],
    ["bearers", (size) => inMessage(repeated("Bearer ")(size))],
    ["tokens without a digit", (size) => inMessage(`Bearer ${repeated("x")(size)}`)],
    ["spaces", (size) => inMessage(repeated(" ")(size))],
    ["escapes of colours", (size) => inMessage(repeated("\u001B[")(size))],
    ["titles", repeated("<title")],
    ["unclosed titles", (size) => `<${repeated("<title>")(size)}`],
    ["entities", (size) => `<title>${repeated("&")(size)}`],
    ["broken JSON", (size) => `{"error":{"message":"${repeated('\\"')(size)}`],
    ["many beginnings of broken JSON", (size) => `{${repeated('"message":"')(size)}`],
    ["brackets", repeated("[")],
    [
      "quoted bodies",
      (size) => JSON.stringify({ error: { message: "m", metadata: { raw: repeated('{"a":')(size) } } }),
    ],
    [
      "complaints",
      (size) => JSON.stringify({ detail: Array.from({ length: size / 40 }, () => ({ loc: ["body"], msg: "m" })) }),
    ],
  ])("%s", (_title, make) => {
    const [small, large] = [make(80_000), make(640_000)];
    // Eight times the length: linear is about 8 times as long, quadratic 64 times.
    expect(leastRatio(() => fastest(large) / fastest(small))).toBeLessThan(35);
  });

  /** A busy machine makes a ratio larger than it is, never smaller by much. */
  function leastRatio(measure: () => number): number {
    return Math.min(...Array.from({ length: 3 }, measure));
  }

  function fastest(body: string): number {
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      classify({ status: 400, headers: {}, body, wallNowMs: 0 });
      return performance.now() - start;
    });
    return Math.min(...times);
  }

  test("headers and single words too", () => {
    const long = (size: number): number => {
      const start = performance.now();
      retryAfterMs({ "retry-after": "1,".repeat(size), "x-ratelimit-reset": "1h".repeat(size) }, "", undefined, 0);
      readable("&key=".repeat(size));
      return performance.now() - start;
    };
    const best = (size: number): number => Math.min(...Array.from({ length: 5 }, () => long(size)));
    expect(leastRatio(() => best(160_000) / best(10_000))).toBeLessThan(70);
  });
});
