import { describe, expect, test } from "vitest";
import { claudeModel } from "./claude-models.ts";
import type { ClaudeModel } from "./claude-models.ts";

describe("a Claude model's version", () => {
  test.each<[string, ClaudeModel["forcedCalls"], ClaudeModel["off"], boolean]>([
    ["claude-3-7-sonnet-20250219", "thoughtless", "disabled", false],
    ["claude-opus-4-20250514", "thoughtless", "disabled", false],
    ["claude-sonnet-4-5-20250929", "thoughtless", "disabled", false],
    ["claude-opus-4-6", "thoughtless", "disabled", false],
    ["claude-opus-4-7", "thoughtless", "disabled", true],
    ["claude-opus-4-8", "free", "disabled", true],
    ["claude-opus-5@20260724", "free", "disabled", true],
    ["us.anthropic.claude-opus-5-20260724-v1:0", "free", "disabled", true],
    ["us.anthropic.claude-opus-5-5-20260922-v1:0", "never", "never", true],
    ["anthropic/claude-opus-5.5", "never", "never", true],
    ["claude-opus-5-10", "never", "never", true],
    ["claude-opus-6", "never", "never", true],
    ["claude-sonnet-5", "free", "disabled", true],
    ["claude-sonnet-5-5", "never", "between_tools", true],
    ["claude-haiku-4-5", "thoughtless", "disabled", false],
    ["claude-haiku-5-5", "free", "disabled", true],
    ["claude-fable-5", "free", "never", true],
    ["claude-fable-5-1@20260901", "never", "never", true],
    ["claude-mythos-preview", "thoughtless", "never", true],
    ["claude-mythos-5-2", "never", "never", true],
    ["kimi-k3", "thoughtless", "disabled", false],
  ])("%s: forced calls %s, off %s, hides its thoughts: %s", (model, forcedCalls, off, hidesThoughts) => {
    expect(claudeModel(model)).toEqual({ forcedCalls, off, hidesThoughts });
  });
});
