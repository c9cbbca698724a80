import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { RequestFeature } from "./request-feature.ts";

const SIGNED: JsonObject = {
  type: "reasoning.text",
  text: "A greeting.",
  signature: "U2lnbmF0dXJl",
  format: "anthropic-claude-v1",
};
const ENCRYPTED: JsonObject = {
  type: "reasoning.encrypted",
  data: "gAAAAABx",
  id: "rs_1",
  summary: [{ type: "summary_text", text: "A greeting." }],
  format: "openai-responses-v1",
};
const GEMINI: JsonObject = { type: "reasoning.encrypted", data: "U2lnbmF0dXJl", format: "google-gemini-v1" };

/** What each server gives to be sent back. */
const OWN: Readonly<Record<string, JsonObject>> = {
  messages: SIGNED,
  responses: ENCRYPTED,
  "generate-content": GEMINI,
  converse: SIGNED,
};

export const REASONING_FEATURES: readonly RequestFeature[] = [
  {
    name: "reasoning effort",
    ask: { reasoningEffort: "high", maxTokens: 50_000 },
    beside: { maxTokens: 50_000 },
    bodies: {
      messages: { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
    },
    said: ({ reasoningEffort }) => reasoningEffort,
  },
  {
    name: "no reasoning",
    ask: { reasoningEffort: "none" },
    bodies: {
      "generate-content": { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
      messages: { thinking: { type: "disabled" } },
    },
    unsaid: ["messages", "converse"],
    said: ({ reasoningEffort, reasoningBudget }) =>
      reasoningEffort === "none" || reasoningBudget === 0 ? "none" : undefined,
  },
  {
    name: "reasoning budget in tokens",
    ask: { reasoningBudget: 2048, maxTokens: 8000 },
    bodies: {
      "generate-content": { generationConfig: { maxOutputTokens: 8000, thinkingConfig: { thinkingBudget: 2048 } } },
    },
    beside: { maxTokens: 8000 },
    said: ({ reasoningBudget }) => reasoningBudget,
  },
  {
    name: "readable reasoning of an earlier turn",
    ask: {
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hello to you.", reasoning: "A greeting." },
        { role: "user", content: "How are you?" },
      ],
    },
    beside: {
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hello to you." },
        { role: "user", content: "How are you?" },
      ],
    },
    bodies: {
      "generate-content": {
        contents: [
          { role: "user", parts: [{ text: "Hello" }] },
          { role: "model", parts: [{ text: "A greeting.", thought: true }, { text: "Hello to you." }] },
          { role: "user", parts: [{ text: "How are you?" }] },
        ],
      },
    },
    said: ({ messages = [] }) => messages.find(({ reasoning }) => reasoning !== undefined)?.reasoning,
  },
  {
    name: "opaque reasoning of the server's own",
    reasoned: (server) => OWN[server],
    said: ({ messages = [] }) =>
      messages
        .flatMap(({ reasoningDetails = [] }) => reasoningDetails)
        .map((detail) => detail["data"] ?? detail["signature"] ?? null)[0],
  },
  {
    name: "opaque reasoning of another server",
    reasoned: (server) => (server === "responses" ? SIGNED : ENCRYPTED),
    said: ({ messages = [] }) =>
      messages
        .flatMap(({ reasoningDetails = [] }) => reasoningDetails)
        .map((detail) => detail["data"] ?? detail["signature"] ?? null)[0],
  },
];
