import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { classify, classifyValue } from "./classify.ts";
import { OVERFLOW_PATTERNS, SPEAKS_OF_RATE } from "./overflow-patterns.ts";

interface Row {
  readonly server: string;
  readonly status: number;
  readonly body: string;
  /** What the caller is told in tokens. */
  readonly promptTokens?: number;
  readonly contextLength?: number;
}

const OVERFLOWS: readonly Row[] = [
  {
    server: "OpenAI",
    status: 400,
    body: String.raw`{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`,
    promptTokens: 9001,
    contextLength: 8192,
  },
  {
    server: "OpenAI, by its code alone",
    status: 400,
    body: '{"error":{"message":"","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}',
  },
  {
    server: "OpenAI, newer words",
    status: 400,
    body: '{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","param":null,"code":null}}',
  },
  {
    server: "Azure",
    status: 400,
    body: String.raw`{"error":{"message":"This model's maximum context length is 16385 tokens, however you requested 20000 tokens (15000 in your prompt; 5000 for the completion).","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}`,
    promptTokens: 15000,
    contextLength: 16385,
  },
  {
    server: "llama.cpp, which states the counts",
    status: 400,
    body: '{"error":{"code":400,"message":"request (6019 tokens) exceeds the available context size (2048 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":6019,"n_ctx":2048}}',
    promptTokens: 6019,
    contextLength: 2048,
  },
  {
    server: "llama.cpp, by its words alone",
    status: 400,
    body: '{"error":{"message":"request (6019 tokens) exceeds the available context size (2048 tokens), try increasing it","type":"invalid_request_error","param":null,"code":null}}',
    promptTokens: 6019,
    contextLength: 2048,
  },
  {
    server: "llama.cpp embeddings (conformance case 73)",
    status: 500,
    body: '{"error":{"code":500,"message":"input (100 tokens) is too large to process. increase the physical batch size (current batch size: 64)","type":"server_error"}}',
    promptTokens: 100,
    contextLength: 64,
  },
  {
    server: "llama.cpp embeddings, longer than the context",
    status: 400,
    body: '{"error":{"message":"input is larger than the max context size. skipping","type":"invalid_request_error","param":null,"code":null}}',
  },
  {
    server: "llama-cpp-python",
    status: 400,
    body: String.raw`{"error":{"message":"This model's maximum context length is 2048 tokens, however you requested 2154 tokens (2090 in your prompt; 64 for the completion). Please reduce your prompt; or completion length.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`,
    promptTokens: 2090,
    contextLength: 2048,
  },
  {
    server: "llama-cpp-python, as a server error",
    status: 500,
    body: '{"error":{"message":"Requested tokens (2154) exceed context window of 2048","type":"internal_server_error","param":null,"code":null}}',
    promptTokens: 2154,
    contextLength: 2048,
  },
  {
    server: "Ollama cloud",
    status: 400,
    body: '{"error":"prompt too long; exceeded max context length by 1234 tokens"}',
  },
  {
    server: "Ollama, where the oldest turns may not be left out",
    status: 400,
    body: '{"error":"the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length in settings, or use a model with a longer context length"}',
  },
  { server: "Ollama embeddings", status: 400, body: '{"error":"the input length exceeds the context length"}' },
  {
    server: "LM Studio",
    status: 400,
    body: '{"error":"Trying to keep the first 9000 tokens when context the overflows. The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger context length."}',
  },
  { server: "LM Studio with MLX", status: 400, body: '{"error":"Context size has been exceeded."}' },
  {
    server: "vLLM, prompt too long",
    status: 400,
    body: String.raw`{"object":"error","message":"This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens. Please reduce the length of the input messages.","type":"BadRequestError","param":"input_tokens","code":400}`,
    promptTokens: 5000,
    contextLength: 4096,
  },
  {
    server: "vLLM, prompt and output together",
    status: 400,
    body: String.raw`{"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 512 output tokens and your prompt contains at least 3585 input tokens, for a total of at least 4097 tokens.","type":"BadRequestError","param":"input_tokens","code":400}}`,
    promptTokens: 3585,
    contextLength: 4096,
  },
  {
    server: "vLLM, output too long",
    status: 400,
    body: String.raw`{"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 tokens and your request has 100 input tokens (5000 > 4096 - 100).","type":"BadRequestError","param":"max_tokens","code":400}}`,
    promptTokens: 100,
    contextLength: 4096,
  },
  {
    server: "vLLM, the engine's own words",
    status: 400,
    body: '{"error":{"message":"The decoder prompt (length 5000) is longer than the maximum model length of 4096.","type":"invalid_request_error","param":null,"code":null}}',
    promptTokens: 5000,
    contextLength: 4096,
  },
  {
    server: "SGLang",
    status: 400,
    body: String.raw`{"object":"error","message":"The input (40000 tokens) is longer than the model's context length (32768 tokens).","type":"BadRequestError","param":null,"code":400}`,
    promptTokens: 40000,
    contextLength: 32768,
  },
  {
    server: "SGLang, prompt and output together",
    status: 400,
    body: String.raw`{"object":"error","message":"Requested token count exceeds the model's maximum context length of 32768 tokens. You requested a total of 40000 tokens: 30000 tokens from the input messages and 10000 tokens for the completion.","type":"BadRequestError","param":null,"code":400}`,
    contextLength: 32768,
  },
  {
    server: "TGI, prompt and output together (conformance case 48)",
    status: 422,
    body: '{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 2000 `inputs` tokens and 100 `max_new_tokens`","error_type":"validation"}',
    promptTokens: 2000,
    contextLength: 2048,
  },
  {
    server: "TGI, prompt too long",
    status: 422,
    body: '{"error":"Input validation error: `inputs` must have less than 1024 tokens. Given: 1500","error_type":"validation"}',
    promptTokens: 1500,
    contextLength: 1024,
  },
  {
    server: "mistral.rs",
    status: 422,
    body: '{"message":"Prompt sequence length is greater than 4096, perhaps consider using `truncate_sequence`?"}',
    contextLength: 4096,
  },
  {
    server: "Groq",
    status: 400,
    body: '{"error":{"message":"Please reduce the length of the messages or completion.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}',
  },
  {
    server: "Groq, by its words alone",
    status: 413,
    body: '{"error":{"message":"Please reduce the length of the messages or completion.","type":"invalid_request_error","param":null,"code":null}}',
  },
  {
    server: "DeepSeek",
    status: 400,
    body: String.raw`{"error":{"message":"This model's maximum context length is 65536 tokens. However, you requested 65540 tokens (65530 in the messages, 10 in the completion). Please reduce the length of the messages or completion.","type":"invalid_request_error","param":null,"code":null}}`,
    promptTokens: 65530,
    contextLength: 65536,
  },
  {
    server: "Mistral",
    status: 400,
    body: '{"object":"error","message":"Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_error","param":null,"code":"3051"}',
    promptTokens: 65673,
    contextLength: 32768,
  },
  {
    server: "xAI",
    status: 400,
    body: String.raw`{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."}`,
    promptTokens: 537812,
    contextLength: 131072,
  },
  {
    server: "Gemini",
    status: 400,
    body: '[{"error":{"code":400,"message":"The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).","status":"INVALID_ARGUMENT"}}]',
    promptTokens: 1196265,
    contextLength: 1048575,
  },
  {
    server: "OpenRouter",
    status: 400,
    body: String.raw`{"error":{"message":"This endpoint's maximum context length is 131072 tokens. However, you requested about 300000 tokens (299000 of text input, 1000 in the output). Please reduce the length of either one.","code":400}}`,
    promptTokens: 299000,
    contextLength: 131072,
  },
  {
    server: "OpenRouter, in the text of the upstream (conformance case 54)",
    status: 400,
    body: String.raw`{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 208310 tokens > 200000 maximum\"}}","provider_name":"Anthropic"}}}`,
    promptTokens: 208310,
    contextLength: 200000,
  },
  {
    server: "OpenRouter, after it had said 200",
    status: 200,
    body: String.raw`{"error":{"message":"This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens (8000 of text input, 1000 in the output).","code":400}}`,
    promptTokens: 8000,
    contextLength: 8192,
  },
  {
    server: "Together",
    status: 400,
    body: String.raw`{"error":{"message":"Input validation error: The input (9001 tokens) is longer than the model's context length (8192 tokens).","type":"invalid_request_error","param":null,"code":null}}`,
    promptTokens: 9001,
    contextLength: 8192,
  },
  {
    server: "Hugging Face, after it had said 200",
    status: 200,
    body: '{"error":"Input validation error: `inputs` must have less than 1024 tokens. Given: 1500","error_type":"validation"}',
    promptTokens: 1500,
    contextLength: 1024,
  },
  {
    server: "Cerebras, by size",
    status: 413,
    body: '{"message":"Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}',
    promptTokens: 9000,
    contextLength: 8192,
  },
  {
    server: "Cerebras",
    status: 400,
    body: '{"message":"Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}',
    promptTokens: 9000,
    contextLength: 8192,
  },
  {
    server: "Moonshot",
    status: 400,
    body: '{"error":{"message":"Invalid request: Your request exceeded model token limit: 131072 (requested: 140000)","type":"invalid_request_error","param":null,"code":null}}',
    promptTokens: 140000,
    contextLength: 131072,
  },
  {
    server: "MiniMax",
    status: 200,
    body: '{"base_resp":{"status_code":2013,"status_msg":"invalid params, context window exceeds limit"},"choices":null}',
  },
  {
    server: "MiniMax, Anthropic-like",
    status: 400,
    body: '{"type":"error","error":{"type":"bad_request_error","message":"invalid params, context window exceeds limit (2013)"}}',
  },
  {
    server: "DashScope",
    status: 400,
    body: '{"code":"InvalidParameter","message":"Range of input length should be [1, 30720]","request_id":"0d3a-77"}',
    contextLength: 30720,
  },
  { server: "Zhipu", status: 400, body: '{"error":{"code":"1261","message":"Prompt exceeds max length"}}' },
  {
    server: "Fireworks",
    status: 400,
    body: '{"error":{"message":"The prompt is too long: 200000, model maximum context length: 131071","type":"invalid_request_error","param":null,"code":null}}',
    promptTokens: 200000,
    contextLength: 131071,
  },
  {
    server: "Copilot",
    status: 400,
    body: '{"error":{"message":"prompt token count of 150000 exceeds the limit of 128000","type":"invalid_request_error","param":null,"code":"model_max_prompt_tokens_exceeded"}}',
    promptTokens: 150000,
    contextLength: 128000,
  },
  {
    server: "Anthropic",
    status: 400,
    body: '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"},"request_id":"req_011"}',
    promptTokens: 208310,
    contextLength: 200000,
  },
  {
    server: "Anthropic, prompt and output together",
    status: 400,
    body: '{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again"}}',
    promptTokens: 190000,
    contextLength: 200000,
  },
  {
    server: "Anthropic, by size (conformance case 67)",
    status: 413,
    body: '{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}',
  },
  { server: "Bedrock", status: 400, body: '{"message":"Input is too long for requested model."}' },
  {
    server: "Bedrock's Nova",
    status: 400,
    body: '{"message":"Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again."}',
  },
  {
    server: "GitHub Models",
    status: 413,
    body: '{"error":{"code":"tokens_limit_reached","message":"Request body too large for gpt-4o model. Max size: 8000 tokens."}}',
  },
];

describe("a context overflow is known by what it says", () => {
  test.each(OVERFLOWS)("$server, status $status", ({ status, body, promptTokens, contextLength }) => {
    const failure = classify({ status, headers: {}, body, wallNowMs: 0 });
    expect(failure.kind).toBe("context_overflow");
    expect(failure.fault).toBe("client");
    expect([400, 413, 422]).toContain(failure.status);
    const details = {
      ...(promptTokens === undefined ? {} : { promptTokens }),
      ...(contextLength === undefined ? {} : { contextLength }),
    };
    expect(failure.details).toEqual(Object.keys(details).length === 0 ? undefined : details);
  });

  test("every pattern is somebody's", () => {
    const messages = OVERFLOWS.map(({ body }) => body.replaceAll('\\"', '"'));
    const further = ["context length exceeded", "too many input tokens"];
    for (const { pattern, servers } of OVERFLOW_PATTERNS) {
      expect(
        [...messages, ...further].some((message) => pattern.test(message)),
        servers,
      ).toBe(true);
    }
  });
});

describe("a context overflow in a stream, where the status was 200", () => {
  test.each([
    [
      "llama.cpp, the shared cache ran out (conformance case 95)",
      '{"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}}',
    ],
    [
      "SGLang (conformance case 94)",
      String.raw`{"error":{"object":"error","message":"The input (40000 tokens) is longer than the model's context length (32768 tokens).","type":"BadRequestError","param":null,"code":400}}`,
    ],
    [
      "TGI (conformance case 94)",
      '{"error":{"message":"Input validation error: `inputs` must have less than 1024 tokens. Given: 1500","http_status_code":422}}',
    ],
    [
      "LM Studio (conformance case 94)",
      '{"error":{"message":"The number of tokens to keep from the initial prompt is greater than the context length"}}',
    ],
  ])("%s", (_server, body) => {
    const value = JSON.parse(body) as JsonValue;
    expect(classifyValue(value, { wallNowMs: 0, partial: false })).toMatchObject({ kind: "context_overflow" });
  });
});

describe("what only looks like an overflow", () => {
  test.each([
    [
      "OpenAI: a user name that is too long",
      400,
      String.raw`{"error":{"message":"Invalid 'user': string too long. Expected a string with maximum length 64, but got a string with length 128 instead.","type":"invalid_request_error","param":"user","code":"string_above_max_length"}}`,
      "bad_request",
    ],
    [
      "OpenAI: more output than the model can give",
      400,
      '{"error":{"message":"max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.","type":"invalid_request_error","param":"max_tokens","code":"invalid_value"}}',
      "bad_request",
    ],
    [
      "Bedrock: too many tokens in too little time",
      429,
      '{"message":"ThrottlingException: Too many tokens, please wait before trying again."}',
      "rate_limit",
    ],
    [
      "Groq: too large for what a minute allows (conformance case 67)",
      413,
      '{"error":{"message":"Request too large for model `llama-3.3-70b` in organization `org_1` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size and try again.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}',
      "rate_limit",
    ],
    [
      "the same without a code",
      413,
      '{"error":{"message":"Request too large on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce the length of the messages and try again.","type":"invalid_request_error","param":null,"code":null}}',
      "rate_limit",
    ],
    [
      "nginx: a body that is too large (conformance case 67)",
      413,
      "<html><head><title>413 Request Entity Too Large</title></head></html>",
      "bad_request",
    ],
    ["nobody knows: an empty 400 (conformance case 46)", 400, "", "bad_request"],
    ["nobody knows: an empty 413 (conformance case 46)", 413, "", "bad_request"],
  ])("%s", (_title, status, body, kind) => {
    expect(classify({ status, headers: {}, body, wallNowMs: 0 })).toMatchObject({ kind });
  });

  test("no message of an overflow speaks of a rate", () => {
    for (const { body, server } of OVERFLOWS) expect(SPEAKS_OF_RATE.test(body), server).toBe(false);
  });
});
