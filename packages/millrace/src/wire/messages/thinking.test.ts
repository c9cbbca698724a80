import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { encodeMessagesRequest } from "./encode-request.ts";
import { ANTHROPIC_RULES, COMPATIBLE_MESSAGES_RULES, VERTEX_MESSAGES_RULES, isAmong } from "./rules.ts";
import type { MessagesRules } from "./rules.ts";

const ADAPTIVE = "claude-opus-4-6";
const HIDING = "claude-opus-4-7";
const BUDGET = "claude-sonnet-4-5-20250929";

interface Asked {
  readonly thinking: unknown;
  readonly effort: unknown;
  readonly maxTokens: unknown;
  readonly told: readonly string[];
}

function asked(model: string, request: Partial<InferenceRequest>, rules: MessagesRules = ANTHROPIC_RULES): Asked {
  const whole = { model: "m", messages: [{ role: "user", content: "Hi" }], maxTokens: 10_000, ...request } as const;
  const { body, changes } = encodeMessagesRequest(whole, { model, stream: false, translated: true }, rules);
  return {
    thinking: body["thinking"],
    effort: (body["output_config"] as JsonObject | undefined)?.["effort"],
    maxTokens: body["max_tokens"],
    told: changes.map(({ field, action, to }) => [field, action, ...(to === undefined ? [] : [to])].join(" ")),
  };
}

describe("a model that is told an effort", () => {
  test.each<[Partial<InferenceRequest>, JsonObject | undefined, string | undefined, readonly string[]]>([
    [{}, undefined, undefined, []],
    [{ reasoningEffort: "none" }, { type: "disabled" }, undefined, []],
    [{ reasoningBudget: 0 }, { type: "disabled" }, undefined, []],
    [{ reasoningEffort: "xhigh" }, { type: "adaptive" }, "xhigh", []],
    [{ reasoningEffort: "minimal" }, { type: "adaptive" }, "low", ["reasoning_effort replaced low"]],
    [{ reasoningBudget: 8000 }, { type: "adaptive" }, "medium", ["reasoning_budget replaced reasoning_effort medium"]],
    [{ reasoningEffort: "low", reasoningSummary: "auto" }, { type: "adaptive", display: "summarized" }, "low", []],
    [{ reasoningEffort: "low", reasoningSummary: "none" }, { type: "adaptive", display: "omitted" }, "low", []],
  ])("%j", (request, thinking, effort, told) => {
    expect(asked(ADAPTIVE, request)).toEqual({ thinking, effort, maxTokens: 10_000, told });
  });
});

describe("a model that hides its thoughts", () => {
  test.each<[Partial<InferenceRequest>, JsonObject]>([
    [{ reasoningEffort: "low" }, { type: "adaptive", display: "summarized" }],
    [{ reasoningBudget: 1000 }, { type: "adaptive", display: "summarized" }],
    [
      { reasoningEffort: "low", reasoningSummary: "concise" },
      { type: "adaptive", display: "summarized" },
    ],
    [
      { reasoningEffort: "low", reasoningSummary: "none" },
      { type: "adaptive", display: "omitted" },
    ],
  ])("shows them to who asks for them and does not say otherwise: %j", (request, thinking) => {
    expect(asked(HIDING, request).thinking).toEqual(thinking);
    expect(asked(HIDING, request, VERTEX_MESSAGES_RULES).thinking).toEqual(thinking);
  });

  test("is asked for nothing by who asks for nothing", () => {
    expect(asked(HIDING, {}).thinking).toBeUndefined();
  });
});

describe("no thoughts", () => {
  test.each<[string, JsonObject | undefined, readonly string[]]>([
    ["claude-opus-5", { type: "disabled" }, []],
    ["claude-haiku-5-5@20261007", { type: "disabled" }, []],
    ["claude-sonnet-5-5", { type: "between_tools" }, []],
    ["claude-opus-5-5", undefined, ["dropped"]],
    ["claude-fable-5", undefined, ["dropped"]],
    ["claude-mythos-5-1", undefined, ["dropped"]],
  ])("of %s", (model, thinking, told) => {
    expect(asked(model, { reasoningEffort: "none" })).toMatchObject({
      thinking,
      told: told.map((action) => `reasoning_effort ${action}`),
    });
    expect(asked(model, { reasoningBudget: 0 })).toMatchObject({
      thinking,
      told: told.map((action) => `reasoning_budget ${action}`),
    });
  });
});

describe("a model that is given a budget", () => {
  const enabled = (tokens: number): JsonObject => ({ type: "enabled", budget_tokens: tokens });

  test.each<[Partial<InferenceRequest>, JsonObject | undefined, number, readonly string[]]>([
    [{ reasoningEffort: "none" }, undefined, 10_000, []],
    [{ reasoningBudget: 2000 }, enabled(2000), 10_000, []],
    [{ reasoningEffort: "medium" }, enabled(5000), 10_000, []],
    [{ reasoningEffort: "high" }, enabled(5000), 10_000, []],
    [{ reasoningBudget: 500 }, enabled(1024), 10_000, ["reasoning_budget replaced 1024"]],
    [{ reasoningBudget: 20_000 }, enabled(5000), 10_000, ["reasoning_budget replaced 5000"]],
    [{ reasoningEffort: "low", maxTokens: 1 }, enabled(1024), 1025, ["max_tokens replaced 1025"]],
    [{ reasoningEffort: "extreme" }, undefined, 10_000, ["reasoning_effort dropped"]],
  ])("%j", (request, thinking, maxTokens, told) => {
    expect(asked(BUDGET, request)).toEqual({ thinking, effort: undefined, maxTokens, told });
  });

  test("has room for an answer beside it where the caller sets no limit", () => {
    const { maxTokens: _none, ...rest } = { maxTokens: 0, reasoningBudget: 2000 };
    const whole = { model: "m", messages: [{ role: "user", content: "Hi" }], ...rest } as const;
    const { body } = encodeMessagesRequest(whole, { model: BUDGET, stream: false, translated: true }, ANTHROPIC_RULES);
    expect(body["max_tokens"]).toBe(10_192);
  });

  const turn = (more: Partial<Message>): readonly Message[] => [
    { role: "user", content: "a" },
    {
      role: "assistant",
      content: null,
      toolCalls: [{ id: "c1", type: "function", name: "f", arguments: "{}" }],
      ...more,
    },
    { role: "tool", toolCallId: "c1", content: "4" },
  ];
  const step: readonly Message[] = [
    { role: "assistant", content: null, toolCalls: [{ id: "c2", type: "function", name: "f", arguments: "{}" }] },
    { role: "tool", toolCallId: "c2", content: "5" },
  ];
  const own = { type: "reasoning.text", text: "Hm", signature: "c2ln", format: "anthropic-claude-v1" };

  test.each([
    ["does not think on where its thoughts are missing", turn({}), undefined],
    ["thinks on where they are there", turn({ reasoningDetails: [own] }), enabled(2000)],
    [
      "thinks on where those of an earlier step are there",
      [...turn({ reasoningDetails: [own] }), ...step],
      enabled(2000),
    ],
    ["does not think on after two steps without", [...turn({}), ...step], undefined],
    ["thinks anew of a new question", [...turn({}), { role: "user", content: "b" } as const], enabled(2000)],
  ])("%s", (_, messages, thinking) => {
    expect(asked(BUDGET, { messages, reasoningBudget: 2000 })).toMatchObject({
      thinking,
      told: thinking === undefined ? ["reasoning_budget dropped"] : [],
    });
  });
});

test("other makers' models are given a budget", () => {
  expect(asked("kimi-k3", { reasoningEffort: "low" }, COMPATIBLE_MESSAGES_RULES).thinking).toMatchObject({
    type: "enabled",
  });
});

test.each<[string, Partial<InferenceRequest>, readonly string[]]>([
  ["is refused", { temperature: 0.5, topK: 3 }, ["temperature dropped", "top_k dropped"]],
  ["of 1 is the usual one", { temperature: 1 }, []],
])("beside thinking a temperature %s", (_, request, told) => {
  expect(asked("claude-sonnet-4-6", { reasoningEffort: "low", ...request }).told).toEqual(told);
});

test.each<[string, boolean]>([
  ["claude-3-5-haiku-20241022", true],
  ["us.anthropic.claude-opus-4-1-20250805-v1:0", true],
  ["anthropic/claude-opus-4-5@20251101", true],
  ["claude-opus-4-20250514", true],
  ["claude-opus-4-10", false],
  ["claude-opus-4-6", false],
  ["claude-sonnet-5", false],
  ["kimi-k3", false],
])("%s takes a budget: %s", (model, is) => {
  expect(isAmong(model, ANTHROPIC_RULES.budgetModels)).toBe(is);
});
