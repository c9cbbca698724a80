import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { classifyValue } from "./classify.ts";

describe("S5: an error event inside a stream", () => {
  test.each([
    [
      "vLLM (conformance case 96)",
      '{"error":{"message":"boom","type":"InternalServerError","param":null,"code":500}}',
      "server",
      500,
    ],
    [
      "vLLM, the request's fault",
      '{"error":{"message":"bad","type":"BadRequestError","param":null,"code":400}}',
      "bad_request",
      400,
    ],
    [
      "mistral.rs (conformance case 96)",
      '{"error":{"message":"died","type":"server_error","param":null,"code":null}}',
      "server",
      502,
    ],
    ["LocalAI (conformance case 96)", '{"error":{"message":"died","code":"server_error"}}', "server", 502],
    [
      "LM Studio (conformance case 97)",
      '{"error":{"message":"Model unloaded."},"message":"Model unloaded."}',
      "server",
      502,
    ],
    [
      "OpenRouter (conformance case 99)",
      '{"error":{"code":429,"message":"slow"},"choices":[{"finish_reason":"error"}]}',
      "rate_limit",
      429,
    ],
    [
      "Anthropic (conformance case 98)",
      '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
      "overloaded",
      503,
    ],
    [
      "llama.cpp, still loading",
      '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}',
      "loading",
      503,
    ],
    [
      "a type that blames the request",
      '{"error":{"message":"bad","type":"invalid_request_error"}}',
      "bad_request",
      400,
    ],
    [
      "a type that finds nothing",
      '{"error":{"message":"model \'x\' not found","type":"not_found_error"}}',
      "model_not_found",
      404,
    ],
    ["a text", '"Internal error"', "server", 502],
    ["a text that says more", '"rate limit exceeded"', "rate_limit", 429],
    ["an object of no known form", '{"reason":"gone"}', "server", 502],
    ["null", "null", "server", 502],
    ["a number", "7", "server", 502],
    ["a list", "[1]", "server", 502],
  ])("%s", (_server, text, kind, status) => {
    const failure = classifyValue(JSON.parse(text) as JsonValue, { wallNowMs: 0, partial: false });
    expect(failure).toMatchObject({ kind, status });
    expect(failure.message).not.toBe("");
  });

  test("what had arrived before is said, and so is the wait", () => {
    const value = { error: { message: "Rate limit reached. Please try again in 1.5s.", code: "rate_limit_exceeded" } };
    expect(classifyValue(value, { wallNowMs: 0, partial: true })).toMatchObject({ partial: true, retryAfterMs: 1500 });
    expect(classifyValue(value, { wallNowMs: 0, partial: true, headers: { "retry-after": "3" } }).retryAfterMs).toBe(
      3000,
    );
    expect(classifyValue(value, { wallNowMs: 0, partial: false })).not.toHaveProperty("partial");
  });

  test("a status of the account is one that the event itself named", () => {
    const value: JsonValue = { error: { message: "m", type: "server_error" } };
    expect(classifyValue(value, { wallNowMs: 0, partial: true }).upstream).toEqual({
      type: "server_error",
      message: "m",
    });
  });
});
