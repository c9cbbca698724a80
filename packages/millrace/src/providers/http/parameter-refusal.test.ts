import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { classify } from "../../wire/failure/classify.ts";
import { applyRemedy, remediesFor } from "./parameter-refusal.ts";

function refusal(status: number, body: unknown): ReturnType<typeof classify> {
  return classify({ status, headers: {}, body: typeof body === "string" ? body : JSON.stringify(body), wallNowMs: 0 });
}

const EVERYTHING: JsonObject = {
  model: "m",
  messages: [{ role: "user", content: "hi" }],
  stream_options: { include_usage: true },
  parallel_tool_calls: false,
  store: true,
  metadata: { a: "b" },
  think: "high",
  thinking: { type: "enabled", budget_tokens: 1024 },
  service_tier: "flex",
  user: "u",
  max_tokens: 5,
  temperature: 0,
  tools: [{ type: "function", function: { name: "now", strict: true } }],
};

describe("what a refusal is about", () => {
  test.each([
    [
      "OpenAI, by name",
      400,
      {
        error: {
          message:
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          param: "max_tokens",
          code: "unsupported_parameter",
        },
      },
      ["max_tokens"],
    ],
    [
      "an older OpenAI",
      400,
      { error: { message: "Unrecognized request argument supplied: stream_options" } },
      ["stream_options"],
    ],
    [
      "a single word after a colon",
      400,
      { error: { message: "Unrecognized request argument supplied: store" } },
      ["store"],
    ],
    ["Go", 400, { error: { message: 'json: unknown field "service_tier"' } }, ["service_tier"]],
    ["Rust", 422, "Failed to deserialize: unknown field `metadata`, expected one of `model`, `messages`", ["metadata"]],
    ["Groq", 400, { error: { message: "property 'store' is unsupported" } }, ["store"]],
    [
      "pydantic, with all of them at once",
      422,
      {
        detail: [
          { type: "extra_forbidden", loc: ["body", "store"], msg: "Extra inputs are not permitted" },
          { type: "extra_forbidden", loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" },
        ],
      },
      ["stream_options", "store"],
    ],
    ["an older pydantic", 422, { detail: [{ loc: ["body", "user"], msg: "extra fields not permitted" }] }, ["user"]],
    ["Ollama, of a model that does not reason", 400, { error: '"tiny:1b" does not support thinking' }, ["think"]],
    ["an older Ollama", 400, { error: "registry.ollama.ai/library/tiny:1b does not support thinking" }, ["think"]],
    [
      "a parameter inside the tools",
      400,
      { error: { message: "Unknown parameter: 'tools[0].function.strict'.", param: "tools[0].function.strict" } },
      ["strict"],
    ],
  ])("%s", (_name, status, body, parameters) => {
    expect(remediesFor(refusal(status, body), EVERYTHING).map(({ parameter }) => parameter)).toEqual(parameters);
  });

  test.each([
    [
      "a parameter that the meaning depends on",
      400,
      { error: { message: "Unsupported parameter: 'temperature'", param: "temperature" } },
    ],
    ["a value, not the parameter", 400, { error: { message: "max_tokens is too large", param: "max_tokens" } }],
    [
      "Anthropic, which has another parameter for it",
      400,
      {
        type: "error",
        error: { type: "invalid_request_error", message: "'claude-3-haiku-20240307' does not support thinking." },
      },
    ],
    ["a word in a sentence", 400, { error: { message: "This user is not allowed to store unknown things" } }],
    [
      "a full context",
      400,
      { error: { code: "context_length_exceeded", message: "max_tokens not supported: too long" } },
    ],
    ["another status", 500, { error: { message: "Unsupported parameter: 'store'" } }],
    ["a key", 401, { error: { message: "Unsupported parameter: 'store'" } }],
  ])("is not taken for one: %s", (_name, status, body) => {
    expect(remediesFor(refusal(status, body), EVERYTHING)).toEqual([]);
  });

  test("a parameter that was not sent cannot have been refused", () => {
    const failure = refusal(400, { error: { message: "Unsupported parameter: 'store'" } });
    expect(remediesFor(failure, { model: "m", tools: [null, { type: "custom" }] })).toEqual([]);
  });
});

describe("what is done about it", () => {
  test("a parameter is left out", () => {
    expect(applyRemedy({ a: 1, store: true }, { parameter: "store", action: "dropped" })).toEqual({ a: 1 });
  });

  test.each([
    ["max_tokens", "max_completion_tokens"],
    ["max_completion_tokens", "max_tokens"],
  ])("%s goes out as %s", (parameter, to) => {
    expect(applyRemedy({ a: 1, [parameter]: 5 }, { parameter, action: "renamed", to })).toEqual({ a: 1, [to]: 5 });
    expect(applyRemedy({ [parameter]: 5, [to]: 6 }, { parameter, action: "renamed", to })).toEqual({ [to]: 6 });
  });

  test("`strict` is taken out of every tool, and nothing else is touched", () => {
    const tools = [
      { type: "function", function: { name: "a", strict: true } },
      { type: "custom", custom: { name: "b" } },
      null,
    ];
    const format = { type: "json_schema", json_schema: { name: "s", strict: true } };
    const remedied = applyRemedy({ tools, response_format: format }, { parameter: "strict", action: "dropped" });
    expect(remedied).toEqual({
      tools: [{ type: "function", function: { name: "a" } }, tools[1], null],
      response_format: format,
    });
  });

  test("a body without it stays the same object", () => {
    const body = { a: 1 };
    expect(applyRemedy(body, { parameter: "store", action: "dropped" })).toBe(body);
    expect(applyRemedy(body, { parameter: "strict", action: "dropped" })).toBe(body);
  });
});
