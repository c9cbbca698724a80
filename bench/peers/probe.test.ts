import { describe, expect, it } from "vitest";
import { wrongIn } from "./probe.ts";

const CHAT = "/v1/chat/completions";
const whole = {
  choices: [{ message: { content: "The quick brown fox. The quick brown fox." } }],
  usage: { total_tokens: 562 },
};
const word = { choices: [{ delta: { content: " brown" }, finish_reason: null }] };
const last = { choices: [{ delta: {}, finish_reason: "stop" }] };
const usage = { choices: [], usage: { total_tokens: 612 } };

const stream = (...events: readonly unknown[]): string =>
  events.map((event) => `data: ${event === "[DONE]" ? event : JSON.stringify(event)}\n\n`).join("");
const asked = (model: string): string => JSON.stringify({ model, messages: [] });

describe("an answer that came through a peer", () => {
  const two = asked("mock/sse-2-0");
  const cases: readonly { is: string; path?: string; question: string; text: string; wrong: string | undefined }[] = [
    { is: "the model's", question: asked("mock/json"), text: JSON.stringify(whole), wrong: undefined },
    {
      is: "without its usage",
      question: asked("mock/json"),
      text: JSON.stringify({ ...whole, usage: null }),
      wrong: "no usage",
    },
    { is: "another model's", question: asked("mock/json"), text: "{}", wrong: "not the model's text" },
    {
      is: "of fewer embeddings than inputs",
      path: "/v1/embeddings",
      question: asked("mock/embed"),
      text: JSON.stringify({ data: [{}] }),
      wrong: "not 96 embeddings",
    },
    { is: "a whole stream", question: two, text: stream(word, word, last, usage, "[DONE]"), wrong: undefined },
    { is: "a cut stream", question: two, text: stream(word, word), wrong: "the stream does not end with [DONE]" },
    {
      is: "a stream that lost a chunk",
      question: two,
      text: stream(word, last, usage, "[DONE]"),
      wrong: "1 chunks instead of 2",
    },
    {
      is: "a stream without its finish",
      question: two,
      text: stream(word, word, usage, "[DONE]"),
      wrong: "no finish reason",
    },
    {
      is: "a stream without its usage",
      question: two,
      text: stream(word, word, last, "[DONE]"),
      wrong: "no usage",
    },
  ];

  for (const { is, path = CHAT, question, text, wrong } of cases) {
    it(`${wrong === undefined ? "is right" : "is wrong"} when it is ${is}`, () => {
      expect(wrongIn(path, question, text)).toBe(wrong);
    });
  }
});
