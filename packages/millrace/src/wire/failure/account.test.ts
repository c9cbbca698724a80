import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { findError } from "./account.ts";
import { unwrapEnvelope } from "./envelope.ts";

function found(text: string): object | undefined {
  return findError(JSON.parse(text) as JsonValue);
}

describe("S5, N6: a document that reports an error says so, whatever the status", () => {
  test.each([
    [
      "llama.cpp, conformance case 95: in a stream",
      '{"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}}',
      { status: 500, code: 500, type: "server_error", message: "Context size has been exceeded." },
    ],
    [
      "TGI, conformance case 94: first event of a stream",
      '{"error":{"message":"Input validation error","http_status_code":422}}',
      { status: 422, message: "Input validation error" },
    ],
    ["TGI, conformance case 98: a text", '{"error":"text"}', { message: "text" }],
    [
      "old vLLM, conformance case 98: flat",
      '{"object":"error","message":"boom","type":"InternalServerError","code":500}',
      { status: 500, code: 500, type: "InternalServerError", message: "boom" },
    ],
    [
      "Venice, conformance case 98",
      '{"error_type":"OVERLOADED","error_message":"at capacity"}',
      { type: "OVERLOADED", message: "at capacity" },
    ],
    [
      "Anthropic-like, conformance case 98",
      '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
      { type: "overloaded_error", message: "Overloaded" },
    ],
    [
      "OpenAI, conformance case 97: a flat error event",
      '{"type":"error","code":"x","message":"m"}',
      { code: "x", message: "m" },
    ],
    [
      "OpenRouter, conformance case 99: beside choices",
      '{"id":"gen-1","error":{"code":502,"message":"died"},"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}',
      { status: 502, code: 502, message: "died" },
    ],
    [
      "OpenRouter: on the choice",
      '{"choices":[{"index":0,"error":{"code":429,"message":"slow down"},"delta":{}}]}',
      { status: 429, code: 429, message: "slow down" },
    ],
    [
      "MiniMax, conformance case 53",
      '{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"},"choices":null}',
      { code: 1008, message: "insufficient balance" },
    ],
    ["xAI, conformance case 40", '{"code":"c","error":"e"}', { code: "c", message: "e" }],
    [
      "DashScope",
      '{"code":"InvalidApiKey","message":"No such key","request_id":"r-1"}',
      { code: "InvalidApiKey", message: "No such key", requestId: "r-1" },
    ],
    [
      "Gemini",
      '[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]',
      { status: 400, code: 400, type: "INVALID_ARGUMENT", message: "m" },
    ],
    ["success is false", '{"success":false,"message":"m"}', { message: "m" }],
    ["success is false and nothing else", '{"success":false}', {}],
    ["a failure status", '{"status":"failure","message":"m"}', { message: "m" }],
    ["inside an envelope", '{"success":true,"data":{"error":{"message":"m"}}}', { message: "m" }],
    ["a list of errors", '{"errors":[{"message":"m","code":7}]}', { code: 7, message: "m" }],
    ["an error without words", '{"error":{"code":"context_length_exceeded"}}', { code: "context_length_exceeded" }],
    ["fields nobody knows", '{"error":{"why":"because"}}', {}],
  ])("%s", (_title, text, account) => {
    expect(found(text)).toEqual(account);
  });
});

describe("good documents report none", () => {
  test.each([
    ["conformance case 100: error is null", '{"error":null,"choices":[]}'],
    ["conformance case 100: error is empty", '{"error":{},"choices":[{"delta":{"content":"x"}}]}'],
    ["error holds empty fields", '{"error":{"message":"","code":null,"type":"","param":null},"choices":[]}'],
    ["error is an empty text", '{"error":"","choices":[]}'],
    ["error is false", '{"error":false,"choices":[]}'],
    ["error is an empty list", '{"error":[],"choices":[]}'],
    ["a null error on a choice", '{"choices":[{"delta":{},"error":null}]}'],
    [
      "a chunk",
      '{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"error"},"finish_reason":null}]}',
    ],
    ["MiniMax, all well", '{"base_resp":{"status_code":0,"status_msg":"success"},"choices":[{"delta":{}}]}'],
    [
      "an answer with a message and a code beside it",
      '{"code":200,"message":"ok","choices":[{"message":{"content":"x"}}]}',
    ],
    [
      "an answer with an odd code beside it",
      '{"code":"E1","message":"cached","choices":[{"message":{"content":"x"}}]}',
    ],
    ["an answer in an envelope", '{"success":true,"data":{"choices":[]}}'],
    ["Ollama's own chunk", '{"model":"m","message":{"role":"assistant","content":"x"},"done":false}'],
    ["LocalAI's tool events", '{"type":"mcp_tool_result","name":"x","message":"done"}'],
    ["a list of models", '{"object":"list","data":[{"id":"m"}]}'],
    ["a health document", '{"status":"ok","detail":"all well"}'],
    ["an empty list of errors", '{"errors":[],"message":"fine"}'],
    ["a list of chunks", '[{"choices":[]},{"choices":[]}]'],
    ["null", "null"],
    ["a text", '"error"'],
    ["a number", "500"],
  ])("%s", (_title, text) => {
    expect(found(text)).toBeUndefined();
  });
});

describe("the envelope (conformance case 55)", () => {
  test.each([
    ["is taken off", '{"success":true,"data":{"choices":[]}}', '{"choices":[]}'],
    ["needs data", '{"success":true}', '{"success":true}'],
    ["needs data that is an object", '{"success":true,"data":[1]}', '{"success":true,"data":[1]}'],
    ["needs success", '{"success":false,"data":{}}', '{"success":false,"data":{}}'],
    ["is not every object with data", '{"data":{"choices":[]}}', '{"data":{"choices":[]}}'],
    ["is an object", '["x"]', '["x"]'],
  ])("%s", (_title, text, reply) => {
    expect(unwrapEnvelope(JSON.parse(text) as JsonValue)).toEqual(JSON.parse(reply));
  });
});
