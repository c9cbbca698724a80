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

describe("N1, N2: every form of body is read", () => {
  const rows: readonly Row[] = [
    {
      title: "OpenAI: an error object",
      status: 400,
      body: '{"error":{"message":"Invalid value.","type":"invalid_request_error","param":"temperature","code":"invalid_value"}}',
      failure: {
        kind: "bad_request",
        fault: "client",
        retry: "never",
        status: 400,
        message: "Invalid value.",
        param: "temperature",
        upstream: {
          status: 400,
          code: "invalid_value",
          type: "invalid_request_error",
          param: "temperature",
          message: "Invalid value.",
        },
      },
    },
    {
      title: "vLLM, conformance case 47: an error text",
      status: 401,
      body: '{"error":"Unauthorized"}',
      failure: {
        kind: "auth",
        message: "Unauthorized",
        status: 401,
        upstream: { status: 401, message: "Unauthorized" },
      },
    },
    {
      title: "Ollama: an error text",
      status: 500,
      body: '{"error":"llama runner process has terminated: exit status 2"}',
      failure: { kind: "server", message: "llama runner process has terminated: exit status 2", status: 500 },
    },
    {
      title: "TGI, conformance case 48: an error text with error_type",
      status: 422,
      body: '{"error":"Input validation error: `temperature` must be strictly positive","error_type":"validation"}',
      failure: { kind: "bad_request", status: 422, upstream: { type: "validation" } },
    },
    {
      title: "TGI: overloaded",
      status: 429,
      body: '{"error":"Model is overloaded","error_type":"overloaded"}',
      failure: { kind: "overloaded", status: 429, retry: "same" },
    },
    {
      title: "xAI: an error text with a sentence as code",
      status: 400,
      body: '{"code":"Client specified an invalid argument","error":"Invalid request content: missing field `messages`"}',
      failure: {
        kind: "bad_request",
        message: "Invalid request content: missing field `messages`",
        upstream: { code: "Client specified an invalid argument" },
      },
    },
    {
      title: "NestJS: the status's name as error, beside the message",
      status: 400,
      body: '{"statusCode":400,"message":["model must be a string","messages must be an array"],"error":"Bad Request"}',
      failure: { kind: "bad_request", message: "model must be a string; messages must be an array" },
    },
    {
      title: "SGLang, conformance case 49: flat, object is error",
      status: 400,
      body: '{"object":"error","message":"temperature must be non-negative","type":"BadRequestError","param":null,"code":400}',
      failure: {
        kind: "bad_request",
        message: "temperature must be non-negative",
        upstream: { code: 400, type: "BadRequestError" },
      },
    },
    {
      title: "Cerebras, conformance case 50: flat",
      status: 422,
      body: '{"message":"Input should be a string","type":"invalid_request_error","param":"model","code":"wrong_type"}',
      failure: { kind: "bad_request", status: 422, param: "model", upstream: { code: "wrong_type" } },
    },
    {
      title: "mistral.rs, conformance case 50: a message and nothing else",
      status: 500,
      body: '{"message":"The engine stopped."}',
      failure: { kind: "server", message: "The engine stopped." },
    },
    {
      title: "Mistral, conformance case 68: a list inside the message",
      status: 422,
      body: '{"object":"error","message":{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]},"type":"invalid_request_error"}',
      failure: { kind: "bad_request", status: 422, message: "messages: Field required", param: "messages" },
    },
    {
      title: "Anthropic, conformance case 56: type is error",
      status: 529,
      body: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011CR"}',
      failure: {
        kind: "overloaded",
        status: 529,
        message: "Overloaded",
        upstream: { type: "overloaded_error", requestId: "req_011CR" },
      },
    },
    {
      title: "Gemini, conformance case 51: a list of errors with a delay",
      status: 429,
      body: '[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.Help"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}]',
      failure: {
        kind: "rate_limit",
        status: 429,
        retryAfterMs: 34000,
        upstream: { code: 429, type: "RESOURCE_EXHAUSTED" },
      },
    },
    {
      title: "Ollama's cloud: a plan that is used up",
      status: 429,
      body: '{"error":"you (me) have reached your weekly usage limit, upgrade for higher limits: https://ollama.com/upgrade"}',
      failure: { kind: "quota", retry: "elsewhere" },
    },
    {
      title: "Gemini: a bad key with status 400",
      status: 400,
      body: '[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}]',
      failure: { kind: "auth", status: 401, retry: "elsewhere", upstream: { status: 400 } },
    },
    {
      title: "FastAPI, conformance case 52: a list of complaints",
      status: 422,
      body: '{"detail":[{"type":"string_type","loc":["body","messages",0,"content"],"msg":"Input should be a valid string","input":5},{"type":"missing","loc":["body","model"],"msg":"Field required"}]}',
      failure: {
        kind: "bad_request",
        status: 422,
        message: "messages[0].content: Input should be a valid string; model: Field required",
        param: "messages[0].content",
      },
    },
    {
      title: "FastAPI: an object as detail",
      status: 400,
      body: '{"detail":{"error":{"message":"bad tool","type":"invalid_request_error","code":"bad_tool"}}}',
      failure: { kind: "bad_request", message: "bad tool", upstream: { code: "bad_tool" } },
    },
    {
      title: "llama-cpp-python: a text as detail",
      status: 401,
      body: '{"detail":"Invalid API key"}',
      failure: { kind: "auth", message: "Invalid API key" },
    },
    {
      title: "Cloudflare: a list of errors",
      status: 400,
      body: '{"success":false,"errors":[{"code":7003,"message":"Could not route"}],"messages":[],"result":null}',
      failure: { kind: "bad_request", message: "Could not route", upstream: { code: 7003 } },
    },
    {
      title: "MiniMax, conformance case 53: base_resp with status 200",
      status: 200,
      body: '{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"},"choices":null}',
      failure: { kind: "quota", status: 402, message: "insufficient balance", upstream: { code: 1008 } },
    },
    {
      title: "MiniMax: no balance with status 500",
      status: 500,
      body: '{"type":"error","error":{"type":"insufficient_balance_error","message":"insufficient balance (1008)","http_code":"500"}}',
      failure: { kind: "quota", status: 402, retry: "elsewhere", upstream: { status: 500 } },
    },
    {
      title: "Venice, conformance case 98: error_type and error_message",
      status: 503,
      body: '{"error_type":"MODEL_OVERLOADED","error_message":"The model is at capacity"}',
      failure: { kind: "overloaded", message: "The model is at capacity", upstream: { type: "MODEL_OVERLOADED" } },
    },
    {
      title: "status is failure",
      status: 200,
      body: '{"status":"failure","message":"GPU fell off the bus"}',
      failure: { kind: "server", status: 502, message: "GPU fell off the bus" },
    },
    {
      title: "success is false",
      status: 200,
      body: '{"success":false,"msg":"no worker","code":503}',
      failure: { kind: "overloaded", status: 503, message: "no worker" },
    },
    {
      title: "DashScope: code, message and request_id",
      status: 429,
      body: '{"code":"Throttling.RateQuota","message":"Requests rate limit exceeded","request_id":"7c0f-11"}',
      failure: { kind: "rate_limit", upstream: { code: "Throttling.RateQuota", requestId: "7c0f-11" } },
    },
    {
      title: "RFC 9457: title and detail",
      status: 403,
      body: '{"type":"https://example.com/probs/region","title":"Not here.","status":403,"detail":"Your region is not served."}',
      failure: { kind: "permission", message: "Not here.: Your region is not served." },
    },
    {
      title: "ASP.NET: problem details with a list",
      status: 400,
      body: '{"title":"Validation failed","status":400,"errors":{"model":["required"]}}',
      failure: { kind: "bad_request", message: "Validation failed" },
    },
    {
      title: "conformance case 45: plain text",
      status: 500,
      body: "Internal Server Error",
      failure: { kind: "server", message: "Internal Server Error", status: 500 },
    },
    {
      title: "conformance case 44: HTML, of which only the title is told",
      status: 502,
      body: "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><center><h1>nginx/1.27</h1></center></body></html>",
      failure: { kind: "server", status: 502, message: "502 Bad Gateway" },
    },
    {
      title: "conformance case 44: HTML with entities in its title",
      status: 403,
      body: "<html><title> Access denied | api.example.com &amp; friends </title>",
      failure: { kind: "permission", message: "Access denied | api.example.com & friends" },
    },
    {
      title: "conformance case 44: HTML without a title",
      status: 504,
      body: "<html><body>upstream timed out</body></html>",
      failure: { kind: "timeout", message: "The model server answered 504 Gateway Timeout without a message." },
    },
    {
      title: "LocalAI, conformance case 46: an empty body",
      status: 500,
      body: "",
      failure: {
        kind: "server",
        message: "The model server answered 500 Internal Server Error without a message.",
        upstream: { status: 500 },
      },
    },
    {
      title: "conformance case 93: bytes behind the error",
      status: 400,
      body: '{"error":{"message":"bad","type":"invalid_request_error"}}\n\n<!-- proxy -->',
      failure: { kind: "bad_request", message: "bad" },
    },
    {
      title: "an error that was cut while it repeated the whole prompt",
      status: 400,
      body: String.raw`{"error":{"message":"Input is \"wrong\"","type":"BadRequestError","code":"bad_input","input":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`,
      failure: {
        kind: "bad_request",
        message: 'Input is "wrong"',
        upstream: { code: "bad_input", type: "BadRequestError" },
      },
    },
    {
      title: "an object of no known form",
      status: 500,
      body: '{"reason":"the GPU is on fire","node":7,"trace":["a"]}',
      failure: { kind: "server", message: "reason: the GPU is on fire, node: 7" },
    },
    {
      title: "a proxy that wrapped the error twice",
      status: 400,
      body: '{"error":{"error":{"message":"inner","type":"invalid_request_error","code":"x"}}}',
      failure: { kind: "bad_request", message: "inner", upstream: { code: "x" } },
    },
    {
      title: "a proxy that put the error's JSON into its message",
      status: 500,
      body: String.raw`{"error":{"message":"{\"error\":{\"message\":\"prompt is too long: 10 tokens > 5 maximum\",\"type\":\"invalid_request_error\"}}","type":"upstream_error"}}`,
      failure: { kind: "context_overflow", status: 400, message: "prompt is too long: 10 tokens > 5 maximum" },
    },
  ];

  test.each(rows)("$title", ({ status, body, failure }) => {
    expect(classified(status, body)).toMatchObject(failure);
  });
});

describe("messages are fit to show", () => {
  test("conformance case 62: a key never stays in a message", () => {
    const failure = classified(401, {
      error: {
        message: "Incorrect API key provided: sk-proj-abcdefghijkl1234. Find yours at https://x",
        code: "invalid_api_key",
      },
    });
    expect(JSON.stringify(failure)).not.toContain("abcdefghijkl");
    expect(failure.message).toBe("Incorrect API key provided: *** Find yours at https://x");
  });

  test("no control characters, no line breaks, no more than 1,000 characters", () => {
    const failure = classified(500, {
      error: { message: `a\u0000b\u001B[31mc\r\nd ${"x".repeat(2000)}`, type: "t\u0007" },
    });
    expect(failure.message.startsWith("abc d xxx")).toBe(true);
    expect(failure.message).toHaveLength(1000);
    expect(failure.upstream?.type).toBe("t");
  });
});

test("content that had been received before is said", () => {
  expect(classify({ status: 500, headers: {}, body: "", wallNowMs: 0, partial: true }).partial).toBe(true);
  expect(classify({ status: 500, headers: {}, body: "", wallNowMs: 0 })).not.toHaveProperty("partial");
});
