import { describe, expect, test } from "vitest";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { AnswerFold } from "../../wire/translation/codec.ts";
import { NEVER, ScriptedStream } from "../testing/scripted-stream.ts";
import type { StreamStep } from "../testing/scripted-stream.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { EventRelay } from "./event-relay.ts";
import type { Relay } from "./relay.ts";

const start: DecodedEvent = { type: "start", id: "r1", model: "qwen3" };
const text = (piece: string): DecodedEvent => ({ type: "text-delta", choice: 0, text: piece });
const usage: DecodedEvent = {
  type: "usage",
  usage: { promptTokens: 3, completionTokens: 2, reportedCostUsd: 0.5, raw: {} },
};
const stop: DecodedEvent = { type: "choice-finish", choice: 0, reason: "stop", rawReason: "eos" };
const response: InferenceResponse = {
  id: "r1",
  model: "qwen3",
  text: "ab",
  toolCalls: [],
  finishReason: "stop",
  choices: [],
  warnings: [],
};
const finish: DecodedEvent = { type: "finish", response };
const failure: DecodedEvent = { type: "failure", failure: failureOf("server", "it broke") };
const reset = (): ProviderError => providerError(failureOf("connection", "reset"));
const failed = (message: string): unknown => expect.objectContaining({ failure: expect.objectContaining({ message }) });

type Batches = readonly StreamStep<readonly DecodedEvent[]>[];

/** Writes the names of the events, so that a test sees what went out and when. */
const namesEncoder = { encode: (events: readonly DecodedEvent[]) => events.map(({ type }) => `${type};`).join("") };

function streamed(batches: Batches): { relay: EventRelay; stream: ScriptedStream<readonly DecodedEvent[]> } {
  const stream = new ScriptedStream(batches);
  return { relay: new EventRelay(stream, namesEncoder, "text/event-stream"), stream };
}

function textFold(): AnswerFold {
  let all = "";
  return {
    add: (event) => void (event.type === "finish" && (all = event.response.text)),
    get answer() {
      return { answer: all };
    },
  };
}

function whole(batches: Batches): AnswerRelay {
  return new AnswerRelay(new ScriptedStream(batches), textFold());
}

async function rest(relay: Relay): Promise<string[]> {
  const pieces: string[] = [];
  for (;;) {
    const piece = await relay.next();
    if (piece === undefined) return pieces;
    if (piece.length > 0) pieces.push(new TextDecoder().decode(piece));
  }
}

describe("a client that wants a stream", () => {
  test("gets what was held back in one piece, then batch by batch", async () => {
    const { relay, stream } = streamed([[start], [usage], [text("a")], [text("b"), stop], [finish]]);
    await relay.prime(1000);
    expect(stream.asked).toBe(3);
    expect(await rest(relay)).toEqual(["start;usage;text-delta;", "text-delta;choice-finish;", "finish;"]);
  });

  test("gets nothing of an answer that fails before content", async () => {
    await expect(streamed([[start], [usage, failure]]).relay.prime(1000)).rejects.toThrow(failed("it broke"));
  });

  test("gets what came before a failure, and the failure is not encoded", async () => {
    const { relay } = streamed([[start, text("a"), failure]]);
    await relay.prime(1000);
    expect(new TextDecoder().decode(await relay.next())).toBe("start;text-delta;");
    await expect(relay.next()).rejects.toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ message: "it broke", partial: true }) }),
    );
  });

  test("has a failure told by the encoder, which may hold more to say, but only of an answer that has begun", async () => {
    const { relay } = streamed([[start, text("a")], [finish]]);
    await relay.prime(1000);
    expect(relay.failureText(failureOf("server", "it broke"))).toBeUndefined();
    await relay.next();
    expect(relay.failureText(failureOf("server", "it broke"))).toBe("failure;");
  });

  test.each<[string, Batches, string]>([
    ["a broken connection", [[text("a")], reset()], "reset"],
    ["an end without a finish", [[text("a")]], "The model server's stream ended before the answer was complete."],
  ])("%s after content is a failure", async (_, batches, message) => {
    const { relay } = streamed(batches);
    await relay.prime(1000);
    await expect(rest(relay)).rejects.toThrow(failed(message));
  });

  test("is not waited for content for ever: held text is bounded", async () => {
    const { relay, stream } = streamed([[start], [usage], [usage], [text("a")], [finish]]);
    await relay.prime(8);
    expect(stream.asked).toBe(2);
    expect(await rest(relay)).toEqual(["start;usage;", "usage;", "text-delta;", "finish;"]);
  });

  test("can leave at any moment", async () => {
    const { relay, stream } = streamed([[text("a")], NEVER]);
    await relay.prime(1000);
    await relay.next();
    const waiting = relay.next();
    relay.handleEvent();
    expect(stream.returned).toBe(true);
    await expect(waiting).rejects.toThrow(ProviderError);
  });
});

describe("a client that wants one reply", () => {
  test("gets the whole answer when it is complete", async () => {
    const relay = whole([[start], [text("a")], [text("b")], [stop, usage], [finish]]);
    await relay.prime();
    expect(await rest(relay)).toEqual(['{"answer":"ab"}']);
  });

  test.each<[string, Batches, string]>([
    ["a failure event", [[text("a")], [failure]], "it broke"],
    ["a broken connection", [[text("a")], reset()], "reset"],
  ])("gets %s after content as a failure and no piece at all", async (_, batches, message) => {
    const relay = whole(batches);
    await relay.prime();
    await expect(rest(relay)).rejects.toThrow(failed(message));
  });
});

test.each([
  ["streamed", (batches: Batches): Relay => streamed(batches).relay],
  ["whole", whole],
])("%s: usage, model and finish are known, and stay known after a failure", async (_, make) => {
  const relay = make([[start], [text("a")], [stop, usage], reset()]);
  await relay.prime(1000);
  await expect(rest(relay)).rejects.toThrow(ProviderError);
  expect(relay.seen).toEqual({
    model: "qwen3",
    usage: usage.type === "usage" ? usage.usage : undefined,
    rawFinishReason: "eos",
  });
});
