import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import { classify } from "./classify.ts";

/** The failure that a reply with this body is. */
function classified(status: number, body: JsonValue, headers: Readonly<Record<string, string>> = {}): Failure {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return classify({ status, headers, body: text, wallNowMs: 0 });
}

describe("N6: an error with status 200", () => {
  test("OpenRouter, conformance case 54: the status in the body and the cause behind it", () => {
    const failure = classified(200, {
      error: {
        code: 502,
        message: "Provider returned error",
        metadata: {
          raw: '{"error":{"message":"upstream worker died","type":"server_error"}}',
          provider_name: "Together",
        },
      },
    });
    expect(failure).toMatchObject({
      kind: "server",
      status: 502,
      message: "Provider returned error (Together: upstream worker died)",
      upstream: {
        status: 502,
        code: 502,
        message: "Provider returned error",
        nested: "Together: upstream worker died",
      },
    });
  });

  test.each<[string, JsonValue, string]>([
    ["a raw text that is no JSON", "error code: 1015 rate limited", "rate_limit"],
    ["a raw object", { message: "The model is overloaded" }, "overloaded"],
    ["the upstream's key is not ours", '{"error":{"code":"invalid_api_key","message":"no"}}', "server"],
    ["the upstream's money is not ours", '{"error":{"code":"insufficient_quota","message":"no"}}', "server"],
  ])("OpenRouter, conformance case 54: %s", (_title, raw, kind) => {
    expect(classified(502, { error: { code: 502, message: "Provider returned error", metadata: { raw } } }).kind).toBe(
      kind,
    );
  });

  test("OpenRouter: the upstream's reset time inside the body", () => {
    const failure = classify({
      status: 429,
      headers: {},
      body: JSON.stringify({
        error: {
          code: 429,
          message: "Rate limit exceeded: free-models-per-min.",
          metadata: { headers: { "X-RateLimit-Reset": "1764000030000" } },
        },
      }),
      wallNowMs: 1_764_000_000_000,
    });
    expect(failure).toMatchObject({ kind: "rate_limit", retryAfterMs: 30_000 });
  });

  test("xAI, conformance case 40: a stream was asked for", () => {
    expect(
      classified(200, { code: "The service is currently unavailable", error: "Model is at capacity" }),
    ).toMatchObject({
      kind: "overloaded",
      status: 503,
    });
  });

  test("LM Studio: a path it does not know", () => {
    expect(classified(200, { error: "Unexpected endpoint or method. (POST /v1/nope)" })).toMatchObject({
      kind: "route_not_found",
    });
  });

  test("conformance case 55: an error inside an envelope", () => {
    expect(classified(200, { success: true, data: { error: { message: "no", code: 429 } } })).toMatchObject({
      kind: "rate_limit",
    });
  });
});

describe("a reply that is neither an answer nor an error", () => {
  test("conformance case 43: a web page with status 200", () => {
    const failure = classified(
      200,
      "<!doctype html><html><head><title>Open WebUI</title></head><body>secret</body></html>",
    );
    expect(failure).toMatchObject({ kind: "protocol", status: 502 });
    expect(failure.message).toBe(
      'The server answered with a web page ("Open WebUI") instead of JSON: check the base URL.',
    );
  });

  test.each([
    ["conformance case 101: text", "Internal error", "protocol", "Internal error"],
    ["nothing", "", "truncated", "empty body"],
    ["JSON that was cut", '{"id":"chatcmpl-1","choi', "protocol", "cut"],
    ["JSON of something else", '{"status":"ok"}', "protocol", "neither"],
  ])("%s", (_title, body, kind, words) => {
    const failure = classified(200, body);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(words);
  });

  test("conformance case 60: a redirect names its target", () => {
    const failure = classified(302, "", { location: "https://login.example.com/?next=/v1" });
    expect(failure).toMatchObject({ kind: "protocol", status: 502 });
    expect(failure.message).toContain("https://login.example.com/?next=/v1");
  });
});
