import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import { classify } from "./classify.ts";

/** The failure that a reply with this body is. */
function classified(status: number, body: JsonValue, headers: Readonly<Record<string, string>> = {}): Failure {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return classify({ status, headers, body: text, wallNowMs: 0 });
}

interface Row {
  readonly title: string;
  readonly status: number;
  readonly body: string;
  readonly failure: object;
}

describe("llama.cpp's 500 for what the client did", () => {
  const rows: readonly Row[] = [
    {
      title: "conformance case 72: JSON that cannot be read",
      status: 500,
      body: '{"error":{"code":500,"message":"[json.exception.parse_error.101] parse error at line 1, column 19: syntax error while parsing object key - unexpected end of input; expected string literal","type":"server_error"}}',
      failure: { kind: "bad_request" },
    },
    {
      title: "conformance case 73: an input larger than the batch",
      status: 500,
      body: '{"error":{"code":500,"message":"input (100 tokens) is too large to process. increase the physical batch size (current batch size: 64)","type":"server_error"}}',
      failure: { kind: "context_overflow" },
    },
    {
      title: "an image without a projector",
      status: 500,
      body: '{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}}',
      failure: { kind: "unsupported" },
    },
    {
      title: "an empty list to embed",
      status: 500,
      body: String.raw`{"error":{"code":500,"message":"\"prompt\" must not be empty","type":"server_error"}}`,
      failure: { kind: "bad_request" },
    },
  ];

  test.each(rows)("$title: the caller sees 400, the account keeps 500", ({ status, body, failure }) => {
    const seen = classified(status, body);
    expect(seen).toMatchObject({
      ...failure,
      fault: "client",
      status: 400,
      upstream: { status: 500, code: 500, type: "server_error" },
    });
    expect(seen.retry).not.toBe("same");
  });
});

describe("llama.cpp's own statuses", () => {
  test.each([
    [
      "a wrong key",
      401,
      '{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}',
      { kind: "auth", status: 401 },
    ],
    [
      "conformance case 74: loading",
      503,
      '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}',
      { kind: "loading", status: 503, retry: "same" },
    ],
    [
      "embeddings switched off",
      501,
      '{"error":{"code":501,"message":"This server does not support embeddings. Start it with `--embeddings`","type":"not_supported_error"}}',
      { kind: "unsupported", status: 501 },
    ],
    [
      "a field of the wrong type",
      400,
      String.raw`{"error":{"code":400,"message":"Field 'temperature': [json.exception.type_error.302] type must be number, but is string","type":"invalid_request_error"}}`,
      { kind: "bad_request" },
    ],
    [
      "an unknown part of a message",
      400,
      '{"error":{"code":400,"message":"unsupported content[].type","type":"invalid_request_error"}}',
      { kind: "unsupported" },
    ],
    [
      "two features that exclude each other",
      400,
      '{"error":{"code":400,"message":"logprobs is not supported with tools + stream","type":"invalid_request_error"}}',
      { kind: "unsupported" },
    ],
    [
      "no model named",
      400,
      '{"error":{"code":400,"message":"model name is missing from the request","type":"invalid_request_error"}}',
      { kind: "bad_request" },
    ],
  ])("%s", (_title, status, body, failure) => {
    expect(classified(status, body)).toMatchObject(failure);
  });
});

describe("statuses", () => {
  test.each([
    [400, "bad_request", 400, "never"],
    [401, "auth", 401, "elsewhere"],
    [402, "quota", 402, "elsewhere"],
    [403, "permission", 403, "elsewhere"],
    [404, "route_not_found", 404, "elsewhere"],
    [405, "route_not_found", 405, "elsewhere"],
    [407, "auth", 401, "elsewhere"],
    [408, "timeout", 408, "same"],
    [409, "overloaded", 409, "same"],
    [410, "model_not_found", 410, "elsewhere"],
    [412, "server", 502, "same"],
    [413, "bad_request", 413, "never"],
    [415, "bad_request", 415, "never"],
    [418, "bad_request", 400, "never"],
    [422, "bad_request", 422, "never"],
    [423, "overloaded", 503, "same"],
    [424, "server", 502, "same"],
    [425, "overloaded", 425, "same"],
    [429, "rate_limit", 429, "same"],
    [451, "permission", 451, "elsewhere"],
    [498, "overloaded", 503, "same"],
    [499, "cancelled", 499, "never"],
    [500, "server", 500, "same"],
    [501, "unsupported", 501, "elsewhere"],
    [502, "server", 502, "same"],
    [503, "overloaded", 503, "same"],
    [504, "timeout", 504, "same"],
    [520, "server", 520, "same"],
    [521, "server", 521, "same"],
    [522, "timeout", 522, "same"],
    [523, "server", 523, "same"],
    [524, "timeout", 524, "same"],
    [525, "server", 525, "same"],
    [526, "server", 526, "same"],
    [529, "overloaded", 529, "same"],
    [599, "server", 599, "same"],
  ])("conformance cases 62, 66, 70, 71: an empty %i is %s, shown as %i, retry %s", (status, kind, shown, retry) => {
    expect(classified(status, "")).toMatchObject({ kind, status: shown, retry, upstream: { status } });
  });

  test.each([
    [409, "conflict"],
    [413, "body_too_large"],
    [405, "method_not_allowed"],
  ])("%i has a narrower code than its kind: %s", (status, code) => {
    expect(classified(status, "").code).toBe(code);
  });

  test.each([
    [
      "conformance case 69: OpenAI, too fast",
      429,
      '{"error":{"message":"Rate limit reached","type":"tokens","param":null,"code":"rate_limit_exceeded"}}',
      { kind: "rate_limit", retry: "same" },
    ],
    [
      "conformance case 69: OpenAI, no money",
      429,
      '{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
      { kind: "quota", status: 429, retry: "elsewhere" },
    ],
    [
      "conformance case 69: no money, without a code",
      429,
      '{"error":{"message":"You exceeded your current quota."}}',
      { kind: "quota", retry: "elsewhere" },
    ],
    [
      "conformance case 70: DeepSeek",
      402,
      '{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}',
      { kind: "quota", status: 402 },
    ],
    [
      "conformance case 70: OpenRouter",
      402,
      '{"error":{"message":"This request requires more credits, or fewer max_tokens.","code":402}}',
      { kind: "quota", status: 402 },
    ],
    [
      "Anthropic: no credit with status 400",
      400,
      '{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}',
      { kind: "quota", status: 402 },
    ],
    [
      "Zhipu: in arrears",
      429,
      '{"error":{"code":"1113","message":"Your account is in arrears"}}',
      { kind: "quota", status: 429 },
    ],
    [
      "conformance case 71: Groq, no flex capacity",
      498,
      '{"error":{"message":"Flex tier capacity exceeded","type":"capacity_exceeded"}}',
      { kind: "overloaded", status: 503 },
    ],
    [
      "502 that says overloaded",
      502,
      '{"error":{"message":"The upstream is overloaded"}}',
      { kind: "overloaded", status: 502 },
    ],
    [
      "Ollama: queue full",
      503,
      '{"error":"server busy, please try again.  maximum pending requests exceeded"}',
      { kind: "overloaded", message: "server busy, please try again. maximum pending requests exceeded" },
    ],
    [
      "LocalAI: loading",
      503,
      '{"error":{"code":"model_loading","message":"model is loading","type":"server_error"}}',
      { kind: "loading" },
    ],
    [
      "Hugging Face: loading",
      503,
      '{"error":"Model x/y is currently loading","estimated_time":20.5}',
      { kind: "loading", retryAfterMs: 20500 },
    ],
    [
      "Ollama: a model that failed to load is not loading",
      500,
      '{"error":"error loading model: no such file"}',
      { kind: "server" },
    ],
    [
      "Azure: content filter",
      400,
      String.raw`{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}`,
      { kind: "content_filter", status: 400, retry: "never" },
    ],
    [
      "Azure: content filter by its inner code",
      400,
      '{"error":{"message":"Blocked.","code":"400","innererror":{"code":"ResponsibleAIPolicyViolation"}}}',
      { kind: "content_filter" },
    ],
    [
      "OpenRouter: moderation",
      403,
      String.raw`{"error":{"code":403,"message":"Your chosen model requires moderation and your input was flagged for \"violence\"","metadata":{"reasons":["violence"]}}}`,
      { kind: "content_filter", status: 403 },
    ],
    [
      "DashScope: inspection",
      400,
      '{"error":{"code":"data_inspection_failed","message":"Input data may contain inappropriate content."}}',
      { kind: "content_filter" },
    ],
    [
      "OpenAI: a country",
      403,
      '{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","type":"request_forbidden"}}',
      { kind: "permission", status: 403 },
    ],
    [
      "Groq: the model's tool call was malformed",
      400,
      '{"error":{"message":"Failed to call a function.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<tool"}}',
      { kind: "bad_request" },
    ],
    [
      "OpenAI: an unknown parameter",
      400,
      String.raw`{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}`,
      { kind: "unsupported", param: "max_tokens" },
    ],
    [
      "vLLM: tools without a parser",
      400,
      String.raw`{"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","type":"BadRequestError","code":400}`,
      { kind: "unsupported" },
    ],
    [
      "a 500 whose type blames the request",
      500,
      '{"error":{"message":"bad grammar","type":"invalid_request_error"}}',
      { kind: "bad_request", status: 400 },
    ],
    ["a 500 that timed out", 500, '{"error":{"message":"Request timed out."}}', { kind: "timeout", status: 504 }],
  ])("%s", (_title, status, body, failure) => {
    expect(classified(status, body)).toMatchObject(failure);
  });
});

describe("what the headers say of trying again", () => {
  test("N1, conformance case 76: retry-after reaches the caller", () => {
    expect(classified(503, "", { "retry-after": "2" }).retryAfterMs).toBe(2000);
  });

  test("N1: so does what they say of rate limits", () => {
    const limits = {
      "x-ratelimit-limit-requests": "60",
      "anthropic-ratelimit-tokens-remaining": "0",
      "ratelimit-policy": "60;w=60",
    };
    expect(classified(429, "", { ...limits, "x-powered-by": "odd" }).upstream?.rateLimits).toEqual(limits);
    expect(classified(429, "", { "x-powered-by": "odd" }).upstream).not.toHaveProperty("rateLimits");
  });

  test("conformance case 78: x-should-retry: false forbids a retry", () => {
    expect(classified(500, "", { "x-should-retry": "false" })).toMatchObject({ kind: "server", retry: "never" });
  });

  test("x-should-retry: false leaves what only another target can help", () => {
    expect(classified(401, "", { "x-should-retry": "false" })).toMatchObject({ kind: "auth", retry: "elsewhere" });
  });

  test("x-should-retry: true allows it where the upstream is at fault, and only there", () => {
    expect(classified(200, "no JSON", { "x-should-retry": "true" }).retry).toBe("elsewhere");
    expect(classified(500, "", { "x-should-retry": "true" }).retry).toBe("same");
    expect(classified(400, "", { "x-should-retry": "true" }).retry).toBe("never");
  });

  test("when a limit resets says nothing about a server that is broken", () => {
    const headers = { "x-ratelimit-reset-tokens": "6m0s", "x-ratelimit-remaining-tokens": "0" };
    expect(classified(429, "", headers).retryAfterMs).toBe(360_000);
    expect(classified(500, "", headers).retryAfterMs).toBeUndefined();
  });

  test("a wait in the words counts where waiting helps, and only there", () => {
    const body = { error: { message: "Please try again in 7.66s." } };
    expect(classified(429, body).retryAfterMs).toBe(7660);
    expect(classified(503, body).retryAfterMs).toBe(7660);
    expect(classified(400, body).retryAfterMs).toBeUndefined();
  });
});

describe("508", () => {
  const loop = { error: { message: "The request came back.", type: "server_error", code: "loop", param: null } };

  test("from a gateway that saw its own mark is a loop that another target may be free of", () => {
    expect(classified(508, loop, { "x-should-retry": "false" })).toMatchObject({
      kind: "protocol",
      code: "loop",
      fault: "gateway",
      retry: "elsewhere",
      status: 508,
      message: "The request came back.",
    });
  });

  test.each<[string, number, JsonValue]>([
    ["of a host that limits its customers", 508, "<title>508 Resource Limit Is Reached</title>"],
    ["that says no more", 508, ""],
    ["in a word of something else", 500, loop],
  ])("%s is none", (_title, status, body) => {
    expect(classified(status, body)).toMatchObject({ kind: "server", code: "server" });
  });
});
