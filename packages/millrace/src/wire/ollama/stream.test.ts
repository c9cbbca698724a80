import { describe, expect, test } from "vitest";
import type { InferenceResponse } from "../../model/response.ts";
import { answerOf, decodeAll, reply } from "./testing/replies.ts";

const line = (fields: object): string => `${JSON.stringify({ model: "m", done: false, ...fields })}\n`;
const says = (message: object): string => line({ message: { role: "assistant", content: "", ...message } });
const DONE = line({ message: { role: "assistant", content: "" }, done: true, done_reason: "stop" });

const callsOf = ({ toolCalls }: InferenceResponse): unknown =>
  toolCalls.map(({ id, name, input }) => [id, name, input]);

describe("a stream", () => {
  test.each(["generate-stream", "chat-stream", "chat-tools-stream", "chat-thinking-tools", "chat-tools-uncounted"])(
    "%s: the same in one piece, byte by byte, and in odd pieces",
    (file) => {
      const body = reply(`${file}.ndjson`);
      const whole = decodeAll(body);
      expect(whole.at(-1)?.type).toBe("finish");
      expect(decodeAll(body, { size: 1 })).toEqual(whole);
      expect(decodeAll(body, { size: 211 })).toEqual(whole);
    },
  );

  test("its text, its model, its time and its counts", () => {
    expect(answerOf(reply("generate-stream.ndjson"))).toMatchObject({
      model: "granite3.3:2b",
      created: Date.UTC(2025, 7, 3, 18, 55, 0) / 1000,
      text: "Rabbits are small.",
      finishReason: "stop",
      usage: { promptTokens: 51, completionTokens: 64, totalTokens: 115, raw: { eval_duration: 608_653_600 } },
    });
  });

  test("a call without an id, in a stream and in a whole reply", () => {
    for (const file of ["chat-tools-stream.ndjson", "chat-tools.json"]) {
      const answer = answerOf(reply(file));
      expect(callsOf(answer)).toEqual([["made-1", "get_weather", { city: "Tokyo" }]]);
      expect(answer).toMatchObject({ finishReason: "tool_calls", usage: { promptTokens: 169 } });
    }
  });

  test("thinking, text and calls with ids", () => {
    const answer = answerOf(reply("chat-thinking-tools.ndjson"));
    expect(answer.choices[0]?.reasoning).toBe("Two cities.");
    expect(answer.text).toBe("I look.");
    expect(callsOf(answer)).toEqual([
      ["call_a1b2c3d4", "get_weather", { city: "Tokyo" }],
      ["call_e5f6g7h8", "get_weather", { city: "Oslo" }],
    ]);
  });

  test("calls that all have the index 0 are calls of their own", () => {
    expect(callsOf(answerOf(reply("chat-tools-uncounted.ndjson")))).toEqual([
      ["made-1", "get_weather", { city: "Tokyo" }],
      // The reply itself is the second thing that is given an id.
      ["made-3", "get_weather", { city: "Oslo" }],
      ["made-4", "now", {}],
    ]);
  });

  test("an error after it has begun is a failure, and what came is kept", () => {
    const last = decodeAll(reply("chat-error.ndjson")).at(-1);
    expect(last).toMatchObject({ type: "failure", failure: { partial: true }, partial: { text: "So" } });
    expect(JSON.stringify(last)).toContain("unexpected EOF");
  });

  test("without its last line it is cut", () => {
    const last = decodeAll(says({ content: "So" })).at(-1);
    expect(last).toMatchObject({ type: "failure", failure: { kind: "truncated", partial: true } });
  });

  test("what follows the last line is not looked at", () => {
    expect(decodeAll(`${says({ content: "a" })}${DONE}nonsense\n`).at(-1)?.type).toBe("finish");
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["load", "stop"],
    ["something", "unknown"],
  ])("ends by %s", (raw, reason) => {
    const body = says({ content: "a" }) + line({ done: true, done_reason: raw });
    expect(answerOf(body)).toMatchObject({ finishReason: reason, choices: [{ rawFinishReason: raw }] });
  });

  test("an old server says no reason", () => {
    expect(answerOf(reply("chat-stream.ndjson"))).toMatchObject({ text: "The", finishReason: "stop" });
  });

  test("probabilities, and what has no name", () => {
    const logprobs = [{ token: "a", logprob: -0.5, top_logprobs: [{ token: "b", logprob: -1 }] }];
    const last = line({ done: true, done_reason: "stop", remote_model: "big" });
    const answer = answerOf(line({ message: { role: "assistant", content: "a" }, logprobs }) + last);
    expect(answer.choices[0]?.logprobs).toEqual({ content: logprobs });
    expect(answer.extra).toEqual({ remote_model: "big" });
  });
});

describe("a reply that is no stream", () => {
  test("an error", () => {
    const [event] = decodeAll('{"error":"model \'m\' not found"}');
    expect(event).toMatchObject({ type: "failure", failure: { kind: "model_not_found" } });
  });

  test("that the conversation is too long", () => {
    const [event] = decodeAll('{"error":"the input length exceeds the context length"}');
    expect(event).toMatchObject({ type: "failure", failure: { kind: "context_overflow" } });
  });

  test("a document of another kind", () => {
    const [event] = decodeAll('{"models":[]}');
    expect(event).toMatchObject({
      type: "failure",
      failure: { kind: "protocol", message: expect.stringContaining("no answer") as string },
    });
  });

  test("only that the model is loaded", () => {
    expect(answerOf(reply("chat-load.json"))).toMatchObject({ text: "", finishReason: "stop" });
  });
});

test("calls end when they are whole, not with the answer", () => {
  const call = says({ tool_calls: [{ function: { name: "f", arguments: {} } }] });
  const kinds = decodeAll(call + call + DONE).map(({ type }) => type);
  const edges = kinds.filter((type) => /^(?:tool-call-(?:start|end)|choice-finish)$/u.test(type));
  const one = ["tool-call-start", "tool-call-end"];
  expect(edges).toEqual([...one, ...one, "choice-finish"]);
});
