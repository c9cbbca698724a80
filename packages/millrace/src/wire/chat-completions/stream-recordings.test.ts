import { describe, expect, test } from "vitest";
import { cutEvery, decodeAll, encodeText, replyOptions, summarize } from "./testing/decode.ts";
import { recording, recordings } from "./testing/recordings.ts";

const STREAMS = [
  "02-chat-stream.txt",
  "03-tools.txt",
  "04-reasoning.txt",
  "05-structured.txt",
  "07-utf8-and-framing.txt",
]
  .flatMap((file) => recordings(file).map((exchange) => ({ file, ...exchange })))
  .filter(({ reply }) => reply.body.startsWith("data: "));

function answerTo(file: string, title: string, thinkTags: "leave" | "extract" = "leave"): ReturnType<typeof summarize> {
  const { body } = recording(file, title).reply;
  return summarize(decodeAll([encodeText(body)], replyOptions({ requestedModel: "tiny", rules: { thinkTags } })));
}

describe("streams of a real llama-server", () => {
  test.each(STREAMS)("$file: $title — the same in one piece, byte by byte, and in odd pieces", ({ reply }) => {
    const bytes = encodeText(reply.body);
    const whole = decodeAll([bytes]);
    expect(whole.at(-1)?.type).toBe("finish");
    expect(decodeAll(cutEvery(bytes, 1))).toEqual(whole);
    expect(decodeAll(cutEvery(bytes, 211))).toEqual(whole);
  });

  test("text, usage and timings", () => {
    const { response } = answerTo("02-chat-stream.txt", "stream + include_usage");
    expect(response).toMatchObject({
      model: "tiny",
      text: "Hello! I am a tiny scripted model. Grüße, 世界 👋🏽. Bye now.",
      finishReason: "stop",
      usage: { promptTokens: 20, completionTokens: 15, totalTokens: 35, cacheReadTokens: 19 },
      warnings: [],
    });
    expect(response?.extra).toMatchObject({ system_fingerprint: "b1-de3ff81", timings: { predicted_n: 15 } });
  });

  test("token counts are known even where usage was not asked for", () => {
    const { response } = answerTo("02-chat-stream.txt", "stream, no usage asked");
    expect(response?.usage).toMatchObject({ promptTokens: 20, completionTokens: 15, totalTokens: 35 });
  });

  test("an answer cut by its length", () => {
    expect(answerTo("02-chat-stream.txt", "max_tokens 3 -> length").response?.finishReason).toBe("length");
  });

  test("N8: two choices, the second one first", () => {
    const { response } = answerTo("02-chat-stream.txt", "n=2 stream");
    expect(response?.choices.map(({ index, finishReason }) => [index, finishReason])).toEqual([
      [0, "stop"],
      [1, "stop"],
    ]);
    expect(response?.choices[1]?.text).toBe(response?.text);
  });

  test("one tool call", () => {
    const { response } = answerTo("03-tools.txt", "one call, stream");
    expect(response).toMatchObject({
      text: "",
      finishReason: "tool_calls",
      toolCalls: [{ name: "get_weather", input: { city: "Paris", unit: "celsius" } }],
    });
  });

  test("two tool calls", () => {
    expect(answerTo("03-tools.txt", "two calls, stream").response?.toolCalls).toMatchObject([
      { name: "get_weather", input: { city: "Oslo" } },
      { name: "get_time", input: { zone: "UTC" } },
    ]);
  });

  test("a call without arguments, and one behind text", () => {
    expect(answerTo("03-tools.txt", "no-argument call, stream").response?.toolCalls).toMatchObject([
      { name: "ping", input: {} },
    ]);
    expect(answerTo("03-tools.txt", "text then call, stream").response).toMatchObject({
      text: "I will look that up. ",
      toolCalls: [{ name: "get_weather" }],
    });
  });

  test("173: a call cut by the token limit is not offered", () => {
    const { response } = answerTo("03-tools.txt", "cut by max_tokens inside the arguments, stream");
    expect(response?.toolCalls).toMatchObject([{ problem: "incomplete" }]);
    expect(response?.toolCalls[0]).not.toHaveProperty("input");
  });

  test("reasoning in its own field, and in tags", () => {
    const expected = { text: "The answer is 4.", reasoning: "Two and two make four, surely.\n" };
    expect(answerTo("04-reasoning.txt", "think, stream (reasoning_content)").response?.choices[0]).toMatchObject(
      expected,
    );
    const tagged = answerTo("04-reasoning.txt", "reasoning_format none -> tags in content", "extract").response;
    expect(tagged?.choices[0]).toMatchObject(expected);
  });

  test("131: reasoning that never ends", () => {
    const { response } = answerTo("04-reasoning.txt", "never closes the tag");
    expect(response).toMatchObject({ text: "", warnings: [{ code: "only-reasoning" }] });
  });

  test("125: log probabilities with the server's own fields", () => {
    const content = answerTo("05-structured.txt", "logprobs stream").response?.choices[0]?.logprobs?.["content"];
    expect(content).toMatchObject([{ id: expect.any(Number) }, { id: expect.any(Number) }]);
  });

  test("95: an error in the middle of the answer", () => {
    const { failure, events } = answerTo(
      "12-error-mid-stream.txt",
      "the shared cache runs out in the middle of a stream",
    );
    expect(failure?.failure).toMatchObject({ kind: "context_overflow", partial: true });
    expect(failure?.partial?.text).not.toBe("");
    expect(events.some(({ type }) => type === "finish")).toBe(false);
  });
});
