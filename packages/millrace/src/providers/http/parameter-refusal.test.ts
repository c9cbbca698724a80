import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { classify } from "../../wire/failure/classify.ts";
import { remediesFor } from "./parameter-refusal.ts";
import type { Remedy } from "./remedy.ts";

function refusal(status: number, body: unknown): ReturnType<typeof classify> {
  return classify({ status, headers: {}, body: typeof body === "string" ? body : JSON.stringify(body), wallNowMs: 0 });
}

function refusedIn(failure: Failure, body: JsonObject, headers: Record<string, string> = {}): readonly string[] {
  return remediesFor(failure, { body, headers }).map(({ parameter }) => parameter);
}

const EVERYTHING: JsonObject = {
  model: "m",
  messages: [{ role: "user", content: "hi" }],
  stream_options: { include_usage: true },
  parallel_tool_calls: false,
  store: true,
  metadata: { a: "b" },
  think: "high",
  reasoning_effort: "high",
  reasoning: { effort: "xhigh", summary: "auto" },
  generationConfig: { thinkingConfig: { thinkingLevel: "minimal", thinkingBudget: 0 } },
  thinking: { type: "enabled", budget_tokens: 1024 },
  service_tier: "flex",
  user: "u",
  max_tokens: 5,
  temperature: 0,
  tools: [{ type: "function", function: { name: "now", strict: true } }],
};

/** Wherever a model is told how much to think. */
const THINKING = ["think", "reasoning_effort", "reasoning.effort"];

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
    [
      "Rust, which says what it would have known",
      422,
      "Failed to deserialize: unknown field `store`, expected one of `model`, `metadata`, `user`, `stream_options`",
      ["store"],
    ],
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
    ["Ollama, of a model that does not reason", 400, { error: '"tiny:1b" does not support thinking' }, THINKING],
    ["an older Ollama", 400, { error: "registry.ollama.ai/library/tiny:1b does not support thinking" }, THINKING],
    [
      "OpenAI, of a model that does not reason",
      400,
      { error: { message: "Unrecognized request argument supplied: reasoning_effort", param: null } },
      ["reasoning_effort"],
    ],
    [
      "the same in a Responses request",
      400,
      {
        error: {
          message: "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
          param: "reasoning.effort",
        },
      },
      ["reasoning.effort"],
    ],
    [
      "its summary",
      400,
      {
        error: {
          message: "Unsupported parameter: 'reasoning.summary' is not supported with this model.",
          param: "reasoning.summary",
        },
      },
      ["reasoning.summary"],
    ],
    [
      "Google, of a level",
      400,
      { error: { code: 400, message: "Thinking level MINIMAL is not supported for this model." } },
      ["thinkingLevel"],
    ],
    [
      "Google's Vertex, of a level",
      400,
      { error: { code: 400, message: "THINKING_LEVEL_MINIMAL is unsupported by this model." } },
      ["thinkingLevel"],
    ],
    [
      "Google, of a model that does not think",
      400,
      { error: { code: 400, message: "thinking_config is not supported for this model." } },
      ["thinkingConfig"],
    ],
    [
      "Google, of a model that counts no tokens of thinking",
      400,
      { error: { code: 400, message: "Thinking budget is not supported for this model." } },
      ["thinkingBudget"],
    ],
    [
      "a parameter inside the tools",
      400,
      { error: { message: "Unknown parameter: 'tools[0].function.strict'.", param: "tools[0].function.strict" } },
      ["strict"],
    ],
  ])("%s", (_name, status, body, parameters) => {
    expect(refusedIn(refusal(status, body), EVERYTHING)).toEqual(parameters);
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
    [
      "another parameter, which the effort decides on",
      400,
      {
        error: { message: "Unsupported parameter: 'temperature'. Set reasoning_effort to none.", param: "temperature" },
      },
    ],
    [
      "tools that OpenAI takes elsewhere",
      400,
      {
        error: {
          message:
            "Function tools with reasoning_effort are not supported for gpt-5.6 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
          param: "reasoning_effort",
        },
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
    expect(refusedIn(refusal(status, body), EVERYTHING)).toEqual([]);
  });

  test("a parameter that was not sent cannot have been refused", () => {
    const failure = refusal(400, { error: { message: "Unsupported parameter: 'store'" } });
    expect(refusedIn(failure, { model: "m", tools: [null, { type: "custom" }] })).toEqual([]);
  });
});

describe("an effort that the model does not take while it takes others", () => {
  const remedies = (message: string, body: JsonObject): readonly Remedy[] =>
    remediesFor(refusal(400, { error: { message, code: "unsupported_value" } }), { body, headers: {} });

  // openai/codex#6647, egoist/chatwise-releases#1257
  test.each([
    [{ reasoning_effort: "none" }, "'low', 'medium', and 'high'", "low"],
    [{ reasoning_effort: "xhigh" }, "'low', 'medium', and 'high'", "high"],
    [{ reasoning_effort: "high" }, "'medium'", "medium"],
    [{ reasoning: { effort: "minimal" } }, "'low' and 'high'", "low"],
  ])("%j among %s is %s", (body, values, to) => {
    const [field = "", value] = Object.entries(body)[0] ?? [];
    const [parameter, from] = typeof value === "string" ? [field, value] : [`${field}.effort`, value?.effort];
    const message = `Unsupported value: '${parameter}' does not support '${from}' with this model. Supported values are: ${values}.`;
    expect(remedies(message, body)).toEqual([{ parameter, action: "replaced", from, to }]);
  });

  test("a word of the server's own is left out, and no other", () => {
    const message = "Unsupported value: 'reasoning_effort' does not support 'turbo'. Supported values are: 'low'.";
    expect(remedies(message, { reasoning_effort: "turbo" })).toEqual([
      { parameter: "reasoning_effort", action: "dropped", from: "turbo" },
    ]);
  });

  test.each([
    ["Thinking level MINIMAL is not supported for this model.", { from: "minimal" }],
    ["THINKING_LEVEL_MINIMAL is unsupported by this model.", { from: "minimal" }],
    ["Thinking level is not supported for this model.", {}],
  ])("of a level of Google's: %s", (message, value) => {
    const body = { generationConfig: { thinkingConfig: { thinkingLevel: "minimal" } } };
    expect(remedies(message, body)).toEqual([{ parameter: "thinkingLevel", action: "dropped", ...value }]);
  });
});

/** What Claude Code asks for that only Anthropic's own API is sure to know. */
const OF_CLAUDE_CODE: JsonObject = {
  model: "m",
  metadata: { user_id: "u" },
  context_management: { edits: [] },
  output_config: { effort: "medium" },
  system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral", scope: "global", ttl: "1h" } }],
  tools: [{ name: "now", eager_input_streaming: true, defer_loading: true }],
};

describe("what a refusal in the Messages dialect is about", () => {
  // The wording of anthropics/claude-code#21612, #31033, #11154, #82549 and of yuegongzi/copilot-api#11.
  test.each([
    ["a field", "context_management: Extra inputs are not permitted", ["context_management"]],
    ["a field without an underscore", "metadata: Extra inputs are not permitted", ["metadata"]],
    [
      "a field of a tool",
      "tools.0.custom.eager_input_streaming: Extra inputs are not permitted",
      ["eager_input_streaming"],
    ],
    ["another", "tools.11.custom.defer_loading: Extra inputs are not permitted", ["defer_loading"]],
    ["a mark for the cache", "system.0.cache_control: Extra inputs are not permitted", ["cache_control"]],
    [
      "what stands in the mark",
      "system.0.cache_control.ephemeral.scope: Extra inputs are not permitted",
      ["cache_control.scope"],
    ],
    ["its time", "system.0.cache_control.ephemeral.ttl: Extra inputs are not permitted", ["cache_control.ttl"]],
    ["the effort", "output_config: Extra inputs are not permitted", ["output_config.effort"]],
    ["the effort, of a model", "This model does not support the effort parameter.", ["output_config.effort"]],
  ])("%s", (_name, message, parameters) => {
    expect(refusedIn(refusal(400, messagesError(message)), OF_CLAUDE_CODE)).toEqual(parameters);
  });

  test.each([
    ["a mark where none may stand", "messages.1.content.0.thinking.cache_control: Extra inputs are not permitted"],
    ["what the answer depends on", "output_config.format: Extra inputs are not permitted"],
    ["a beta that the caller did not ask for", "Unexpected value(s) `other-beta` for the `anthropic-beta` header."],
  ])("is not taken for one: %s", (_name, message) => {
    const failure = refusal(400, messagesError(message));
    expect(refusedIn(failure, OF_CLAUDE_CODE, { "anthropic-beta": "some-beta" })).toEqual([]);
  });

  test("the betas that Vertex does not know", () => {
    const message = "Unexpected value(s) `context-1m-2025-08-07`, `effort-2025-11-24` for the `anthropic-beta` header.";
    const headers = { "anthropic-beta": "claude-code-20250219,effort-2025-11-24, context-1m-2025-08-07" };
    const betas = ["anthropic-beta.effort-2025-11-24", "anthropic-beta.context-1m-2025-08-07"];
    expect(refusedIn(refusal(400, messagesError(message)), OF_CLAUDE_CODE, headers)).toEqual(betas);
  });

  test.each([
    ["that it does not document", "claude-code-20250219,effort-2025-11-24", ["anthropic-beta.claude-code-20250219"]],
    ["all, where it documents them all", "effort-2025-11-24", ["anthropic-beta"]],
    ["all, where it documents none", "claude-code-20250219", ["anthropic-beta"]],
    ["none, where there are none", "", []],
  ])("the betas, where Bedrock does not say which: those %s", (_name, betas, expected) => {
    const failure = refusal(400, messagesError("invalid beta flag"));
    expect(refusedIn(failure, OF_CLAUDE_CODE, { "Anthropic-Beta": betas })).toEqual(expected);
  });
});

function messagesError(message: string): JsonObject {
  return { type: "error", error: { type: "invalid_request_error", message } };
}
