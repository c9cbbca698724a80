import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import { classify } from "./classify.ts";

/** The failure that a reply with this body is. */
function classified(status: number, body: JsonValue, headers: Readonly<Record<string, string>> = {}): Failure {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return classify({ status, headers, body: text, wallNowMs: 0 });
}

describe("a missing model and a missing path are told apart (conformance case 63)", () => {
  test.each([
    [
      "OpenAI",
      404,
      '{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}',
    ],
    [
      "vLLM",
      404,
      '{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":"model","code":404}}',
    ],
    [
      "Ollama",
      404,
      String.raw`{"error":{"message":"model 'x' not found","type":"not_found_error","param":null,"code":null}}`,
    ],
    ["Ollama native", 404, String.raw`{"error":"model \"x\" not found, try pulling it first"}`],
    [
      "llama.cpp router (conformance case 64)",
      400,
      String.raw`{"error":{"code":400,"message":"model 'nope' not found","type":"invalid_request_error"}}`,
    ],
    [
      "llama.cpp router, not loaded",
      400,
      '{"error":{"code":400,"message":"model is not loaded","type":"invalid_request_error"}}',
    ],
    [
      "LM Studio",
      404,
      String.raw`{"error":{"message":"Model \"x\" not found","type":"invalid_request_error","code":"model_not_found"}}`,
    ],
    [
      "LM Studio with nothing loaded",
      404,
      '{"error":{"message":"No models loaded. Please load a model in the developer page or use the `lms load` command."}}',
    ],
    [
      "Groq",
      400,
      '{"error":{"message":"The model `old` has been decommissioned and is no longer supported.","type":"invalid_request_error","code":"model_decommissioned"}}',
    ],
    [
      "Mistral",
      400,
      '{"object":"error","message":"Invalid model: mistral-9","type":"invalid_model","param":null,"code":"1500"}',
    ],
    [
      "DeepSeek",
      400,
      '{"error":{"message":"Model Not Exist","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}',
    ],
    ["OpenRouter", 400, '{"error":{"message":"acme/nope is not a valid model ID","code":400}}'],
    ["OpenRouter without endpoints", 404, '{"error":{"message":"No endpoints found for acme/nope.","code":404}}'],
    [
      "Moonshot",
      404,
      '{"error":{"message":"Not found the model kimi-9 or Permission denied","type":"resource_not_found_error"}}',
    ],
    [
      "Azure",
      404,
      '{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}',
    ],
    ["Zhipu", 400, '{"error":{"code":"1211","message":"模型不存在，请检查模型代码。"}}'],
    [
      "Gemini",
      404,
      '[{"error":{"code":404,"message":"models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}]',
    ],
    ["Anthropic", 404, '{"type":"error","error":{"type":"not_found_error","message":"model: claude-9"}}'],
    ["a model that is no longer served", 404, '{"error":{"message":"The model `gpt-3` was shut down.","code":null}}'],
  ])("model: %s", (_server, status, body) => {
    expect(classified(status, body)).toMatchObject({
      kind: "model_not_found",
      status: 404,
      retry: "elsewhere",
      upstream: { status },
    });
  });

  test.each([
    ["llama.cpp", 404, '{"error":{"message":"File Not Found","type":"not_found_error","code":404}}'],
    ["FastAPI (conformance case 52)", 404, '{"detail":"Not Found"}'],
    ["FastAPI, wrong method", 405, '{"detail":"Method Not Allowed"}'],
    ["LocalAI", 404, '{"error":{"code":404,"message":"Resource not found","type":""}}'],
    ["Ollama", 404, "404 page not found"],
    [
      "OpenAI",
      404,
      '{"error":{"message":"Invalid URL (POST /v1/models/x/chat)","type":"invalid_request_error","param":null,"code":null}}',
    ],
    [
      "OpenAI, unknown URL",
      404,
      '{"error":{"message":"Unknown request URL: GET /models/x. Please check the URL.","type":"invalid_request_error","code":"unknown_url"}}',
    ],
    [
      "Express",
      404,
      "<!DOCTYPE html><html><head><title>Error</title></head><body><pre>Cannot POST /v1/chat/completions</pre></body></html>",
    ],
    ["Express as text", 404, "Cannot POST /v1/models/chat"],
    ["nginx", 404, "<html><head><title>404 Not Found</title></head></html>"],
    ["an empty body", 404, ""],
  ])("path: %s", (_server, status, body) => {
    expect(classified(status, body)).toMatchObject({ kind: "route_not_found", status, fault: "gateway" });
  });

  test("OpenRouter: endpoints there are, but none that can do it", () => {
    expect(
      classified(404, { error: { message: "No endpoints found that support image input", code: 404 } }),
    ).toMatchObject({
      kind: "unsupported",
      status: 404,
    });
  });
});
