import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StreamEvent } from "../../model/stream-event.ts";
import { ResponseBuilder } from "./response-builder.ts";
import { eventsOf } from "./synthesize.ts";
import { anyResponse } from "./testing/any-response.ts";

function build(events: readonly StreamEvent[]): ReturnType<ResponseBuilder["build"]> {
  const builder = new ResponseBuilder();
  for (const event of events) builder.apply(event);
  return builder.build();
}

test("an answer written as events and built from them is the same answer", () => {
  fc.assert(
    fc.property(anyResponse, (response) => {
      expect(build(eventsOf(response))).toEqual(response);
    }),
  );
});

test("events of a whole answer: one start, a finish for each choice, one finish last", () => {
  fc.assert(
    fc.property(anyResponse, (response) => {
      const types = eventsOf(response).map(({ type }) => type);
      expect(types[0]).toBe("start");
      expect(types.indexOf("finish")).toBe(types.length - 1);
      expect(types.filter((type) => type === "start")).toHaveLength(1);
      expect(types.filter((type) => type === "choice-finish")).toHaveLength(response.choices.length);
    }),
  );
});

describe("midway", () => {
  const begun: StreamEvent[] = [
    { type: "start", id: "r", model: "m" },
    { type: "text-delta", choice: 0, text: "Hel" },
    { type: "tool-call-start", choice: 0, index: 0, id: "a", name: "f", kind: "function" },
    { type: "tool-call-end", choice: 0, index: 0, call: { id: "a", type: "function", name: "f", arguments: "{}" } },
    { type: "tool-call-start", choice: 0, index: 1, id: "b", name: "g", kind: "function" },
    { type: "tool-call-delta", choice: 0, index: 1, text: '{"a"' },
  ];

  test("it has what arrived, the calls that have ended, and no finish reason", () => {
    expect(build(begun)).toEqual({
      id: "r",
      model: "m",
      text: "Hel",
      toolCalls: [{ id: "a", type: "function", name: "f", arguments: "{}" }],
      finishReason: "unknown",
      choices: [
        {
          index: 0,
          text: "Hel",
          toolCalls: [{ id: "a", type: "function", name: "f", arguments: "{}" }],
          finishReason: "unknown",
          rawFinishReason: null,
        },
      ],
      warnings: [],
    });
  });

  test("building does not end it", () => {
    const builder = new ResponseBuilder();
    for (const event of begun) builder.apply(event);
    builder.build();
    builder.apply({ type: "text-delta", choice: 0, text: "lo" });
    expect(builder.build().text).toBe("Hello");
  });
});

test("choices are in the order of their index, whenever they began", () => {
  const events = [1, 0].map((choice) => ({ type: "text-delta", choice, text: `${choice}` }) as const);
  const response = build(events);
  expect(response.text).toBe("0");
  expect(response.choices.map(({ index }) => index)).toEqual([0, 1]);
});

test("conformance case 127: audio grows by its data and transcript", () => {
  const audio = [
    { id: "a", transcript: "Hel" },
    { transcript: "lo", data: "AAAA" },
    { data: "BBBB", expires_at: 5 },
  ];
  const response = build(audio.map((piece) => ({ type: "audio-delta", choice: 0, audio: piece }) as const));
  expect(response.choices[0]?.audio).toEqual({ id: "a", transcript: "Hello", data: "AAAABBBB", expires_at: 5 });
});

test("conformance case 125: log probabilities of each chunk follow one another", () => {
  const entries = [
    { token: "a", id: 1 },
    { token: "b", id: 2 },
  ];
  const events = entries.map((entry) => ({ type: "logprobs", choice: 0, logprobs: { content: [entry] } }) as const);
  expect(build(events).choices[0]?.logprobs).toEqual({ content: entries });
});
