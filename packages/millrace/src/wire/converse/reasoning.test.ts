import { describe, expect, test } from "vitest";
import type { Message } from "../../model/message.ts";
import { changesOf, encode, sent } from "./testing/encode.ts";
import type { Fields } from "./testing/encode.ts";

const NEWEST = "global.anthropic.claude-opus-4-7";
const OPUS_5 = "anthropic.claude-opus-5-20260724-v1:0";
const SONNET_5_5 = "eu.anthropic.claude-sonnet-5-5";
const OPUS_5_5 = "us.anthropic.claude-opus-5-5-20260922-v1:0";
const CLAUDE_4_6 = "us.anthropic.claude-sonnet-4-6";
const CLAUDE_4 = "anthropic.claude-sonnet-4-20250514-v1:0";
const HAIKU_3 = "anthropic.claude-3-haiku-20240307-v1:0";
const NOVA_2 = "us.amazon.nova-2-lite-v1:0";
const GPT = "openai.gpt-oss-120b-1:0";
const PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";

function novaAt(effort: string): object {
  return { reasoningConfig: { type: "enabled", maxReasoningEffort: effort } };
}

describe("reasoning", () => {
  const summarized = { thinking: { type: "adaptive", display: "summarized" } };
  test.each<[string, Fields, object | undefined, readonly string[]]>([
    [CLAUDE_4, { reasoningEffort: "medium" }, { thinking: { type: "enabled", budget_tokens: 8192 } }, []],
    [
      CLAUDE_4,
      { reasoningEffort: "minimal" },
      { thinking: { type: "enabled", budget_tokens: 1024 } },
      ["reasoning_effort replaced 1024 tokens"],
    ],
    [
      CLAUDE_4,
      { reasoningEffort: "max" },
      { thinking: { type: "enabled", budget_tokens: 23_808 } },
      ["reasoning_effort replaced 23808 tokens"],
    ],
    [
      CLAUDE_4,
      { reasoningEffort: "hard" },
      { thinking: { type: "enabled", budget_tokens: 8192 } },
      ["reasoning_effort replaced 8192 tokens"],
    ],
    [CLAUDE_4, { reasoningBudget: 30_000 }, { thinking: { type: "enabled", budget_tokens: 30_000 } }, []],
    [
      CLAUDE_4,
      { reasoningBudget: 100 },
      { thinking: { type: "enabled", budget_tokens: 1024 } },
      ["reasoning_budget replaced 1024"],
    ],
    [CLAUDE_4, { reasoningEffort: "none" }, undefined, []],
    [CLAUDE_4, { reasoningBudget: 0 }, undefined, []],
    [
      CLAUDE_4_6,
      { reasoningEffort: "medium" },
      { thinking: { type: "adaptive" }, output_config: { effort: "medium" } },
      [],
    ],
    [
      CLAUDE_4_6,
      { reasoningBudget: 20_000 },
      { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
      ["reasoning_budget replaced high"],
    ],
    [
      CLAUDE_4_6,
      { reasoningBudget: 20_000, reasoningEffort: "low" },
      { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
      ["reasoning_budget replaced low"],
    ],
    [
      CLAUDE_4_6,
      { reasoningEffort: "minimal" },
      { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
      ["reasoning_effort replaced low"],
    ],
    [NEWEST, { reasoningEffort: "xhigh" }, { ...summarized, output_config: { effort: "xhigh" } }, []],
    [
      NEWEST,
      { reasoningEffort: "low", reasoningSummary: "none" },
      { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
      [],
    ],
    [CLAUDE_4_6, { reasoningEffort: "none" }, { thinking: { type: "disabled" } }, []],
    [OPUS_5, { reasoningEffort: "none" }, { thinking: { type: "disabled" } }, []],
    [OPUS_5, { reasoningBudget: 0 }, { thinking: { type: "disabled" } }, []],
    [SONNET_5_5, { reasoningEffort: "none" }, { thinking: { type: "between_tools" } }, []],
    [OPUS_5_5, { reasoningEffort: "none" }, undefined, ["reasoning_effort dropped"]],
    [OPUS_5_5, { reasoningBudget: 0 }, undefined, ["reasoning_budget dropped"]],
    [NOVA_2, { reasoningEffort: "none" }, undefined, []],
    [GPT, { reasoningEffort: "none" }, { reasoning_effort: "low" }, ["reasoning_effort replaced low"]],
    [NOVA_2, { reasoningEffort: "low" }, novaAt("low"), []],
    [NOVA_2, { reasoningEffort: "xhigh" }, novaAt("high"), ["reasoning_effort replaced high"]],
    [NOVA_2, { reasoningEffort: "high", temperature: 0.5, topP: 1 }, novaAt("high"), ["temperature dropped"]],
    [GPT, { reasoningEffort: "xhigh" }, { reasoning_effort: "high" }, ["reasoning_effort replaced high"]],
    [HAIKU_3, { reasoningEffort: "high" }, undefined, ["reasoning_effort dropped"]],
    [PROFILE, { reasoningBudget: 2000 }, undefined, ["reasoning_budget dropped"]],
  ])("%s: %j", (model, fields, additional, changes) => {
    expect(sent(fields, model)).toEqual({
      body: additional === undefined ? {} : { additionalModelRequestFields: additional },
      changes,
    });
  });

  test("at Nova gives way to a limit, which its highest effort does not go with", () => {
    expect(sent({ reasoningEffort: "high", maxTokens: 500, temperature: 0.5 }, NOVA_2)).toEqual({
      body: {
        inferenceConfig: { maxTokens: 500, temperature: 0.5 },
        additionalModelRequestFields: novaAt("medium"),
      },
      changes: ["reasoning_effort replaced medium"],
    });
  });

  test.each<[Fields, number, number, readonly string[]]>([
    [{ reasoningEffort: "medium", maxTokens: 20_000 }, 8192, 20_000, []],
    [{ reasoningEffort: "high", maxTokens: 4000 }, 2000, 4000, ["reasoning_effort replaced 2000 tokens"]],
    [{ reasoningEffort: "low", maxTokens: 1000 }, 1024, 2024, ["max_tokens replaced 2024"]],
    [{ reasoningBudget: 3000, maxTokens: 4000 }, 3000, 4000, []],
    [{ reasoningBudget: 4000, maxTokens: 4000 }, 2000, 4000, ["reasoning_budget replaced 2000"]],
  ])("it leaves room for the answer: %j", (fields, budget, maxTokens, changes) => {
    expect(sent(fields, CLAUDE_4)).toEqual({
      body: {
        inferenceConfig: { maxTokens },
        additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: budget } },
      },
      changes,
    });
  });

  test("Claude takes a temperature where it must not reason", () => {
    const { body, changes } = sent({ reasoningEffort: "none", temperature: 0.2 }, CLAUDE_4_6);
    expect(body).toMatchObject({ inferenceConfig: { temperature: 0.2 } });
    expect(changes).toEqual([]);
  });

  test("Claude takes no sampling while it reasons", () => {
    const { body, changes } = sent({ reasoningEffort: "low", temperature: 0.2, topP: 0.9, topK: 3 }, CLAUDE_4);
    expect(body).toEqual({ additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } } });
    expect(changes).toEqual(["temperature dropped", "top_k dropped", "top_p dropped"]);
  });

  test.each<[string, readonly string[]]>([
    [CLAUDE_4, ["reasoning_effort dropped"]],
    [CLAUDE_4_6, ["reasoning_effort dropped"]],
    [NEWEST, ["reasoning_effort dropped"]],
    ["us.anthropic.claude-opus-4-8", []],
    [OPUS_5, []],
  ])("%s must call a tool and reasons, or not", (model, changes) => {
    const made = sent({ tools: [{ name: "f" }], toolChoice: "required", reasoningEffort: "low" }, model);
    expect(made.body).toMatchObject({ toolConfig: { toolChoice: { any: {} } } });
    expect(made.changes).toEqual(changes);
  });

  test("the newest cannot be made to call: one that was named is the only one", () => {
    const fields: Fields = { tools: [{ name: "e" }, { name: "f" }], reasoningEffort: "low" };
    const { body, changes } = sent({ ...fields, toolChoice: { name: "f" } }, OPUS_5_5);
    expect(body).toMatchObject({ additionalModelRequestFields: { output_config: { effort: "low" } } });
    expect(body).toHaveProperty("toolConfig", { tools: [expect.objectContaining({ toolSpec: expect.anything() })] });
    expect(changes).toEqual(["tool_choice replaced auto, without the other tools"]);
    expect(sent({ ...fields, toolChoice: "required", parallelToolCalls: false }, OPUS_5_5)).toMatchObject({
      body: { additionalModelRequestFields: { tool_choice: { type: "auto", disable_parallel_tool_use: true } } },
      changes: ["tool_choice replaced auto"],
    });
  });

  test("it goes on after a tool only where the reasoning before the call is there", () => {
    const turns = (reasoningDetails: Message["reasoningDetails"] = []): readonly Message[] => [
      { role: "user", content: "x" },
      {
        role: "assistant",
        content: null,
        reasoningDetails,
        toolCalls: [{ id: "a", type: "function", name: "f", arguments: "{}" }],
      },
      { role: "tool", toolCallId: "a", content: "ok" },
    ];
    const fields: Fields = { tools: [{ name: "f" }], reasoningEffort: "low" };
    const signed = { type: "reasoning.text", text: "Hm", signature: "s", format: "anthropic-claude-v1" };
    const encodeTurns = (messages: readonly Message[]): readonly string[] =>
      changesOf(encode({ ...fields, messages }, { model: CLAUDE_4 }));
    expect(encodeTurns(turns([signed]))).toEqual([]);
    expect(encodeTurns(turns())).toEqual(["reasoning_effort dropped"]);
    expect(encodeTurns([...turns(), { role: "assistant", content: "y" }, { role: "user", content: "z" }])).toEqual([]);
  });
});
