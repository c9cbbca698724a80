import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { capabilitiesOf } from "./capabilities.ts";

test.each<[string, JsonObject, string[] | undefined]>([
  ["nothing said", { id: "m" }, undefined],
  ["LM Studio", { capabilities: ["tool_use"], type: "vlm" }, ["tools"]],
  ["Ollama", { capabilities: ["completion", "tools", "thinking"] }, ["completion", "reasoning", "tools"]],
  ["Mistral", { capabilities: { completion_chat: true, function_calling: true, vision: false } }, ["chat", "tools"]],
  [
    "OpenRouter",
    {
      architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
      supported_parameters: ["temperature", "tools"],
    },
    ["tools", "vision"],
  ],
  ["Fireworks", { supports_chat: true, supports_tools: false, supports_image_input: true }, ["chat", "vision"]],
  ["Moonshot", { supports_image_in: true, supports_reasoning: true }, ["reasoning", "vision"]],
  ["mistral.rs", { tools_available: true }, ["tools"]],
  ["llama.cpp's router", { architecture: { input_modalities: ["text"] } }, undefined],
  ["one thing said twice", { capabilities: ["Tool Use", "tool-calling"] }, ["tools"]],
  ["nonsense", { capabilities: [1, null, "x".repeat(65), {}], architecture: [] }, undefined],
])("%s", (_, raw, expected) => {
  expect(capabilitiesOf(raw)).toEqual(expected);
});

test("a list without end is cut", () => {
  expect(capabilitiesOf({ capabilities: Array.from({ length: 1000 }, (_, at) => `c${at}`) })).toHaveLength(32);
});
