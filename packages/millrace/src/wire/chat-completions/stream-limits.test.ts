import { describe, expect, test } from "vitest";
import { ChatStreamDecoder } from "./stream.ts";
import {
  cutEvery,
  d,
  data,
  decode,
  decodeAll,
  DONE,
  encodeText,
  fin,
  replyOptions,
  summarize,
} from "./testing/decode.ts";
import type { TestOptions } from "./testing/decode.ts";

/** What stops a stream, fed until it stops. */
function stopped(
  chunk: (n: number) => string,
  options: TestOptions,
  chunks = 10_000,
): { kind?: string; after: number } {
  const decoder = new ChatStreamDecoder(replyOptions(options));
  for (let n = 0; n < chunks; n += 1) {
    const last = decoder.push(encodeText(chunk(n))).at(-1);
    if (last?.type === "failure") return { kind: last.failure.kind, after: n + 1 };
  }
  return { after: chunks };
}

describe("S9: what a hostile server can make us hold is bounded", () => {
  const text = "x".repeat(100);
  const limits = { assembledBytes: 10_000, toolCalls: 5, choices: 4 };

  test.each<[string, (n: number) => string]>([
    ["text", () => d({ content: text })],
    ["reasoning", () => d({ reasoning: text })],
    ["a refusal", () => d({ refusal: text })],
    ["audio", () => d({ audio: { data: text } })],
    ["arguments", () => d({ tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: text } }] })],
    [
      "arguments of a call without a name",
      () => d({ tool_calls: [{ index: 0, id: "x", function: { arguments: text } }] }),
    ],
    ["opaque reasoning", () => d({ reasoning_details: [{ data: text }] })],
    ["log probabilities", () => d({}, { logprobs: { content: [{ token: text }] } })],
    ["fields nobody knows", (n) => d({}, {}, { [`field${n}`]: text })],
    ["fields of a choice", (n) => d({}, { [`field${n}`]: text })],
  ])("%s", (_, chunk) => {
    const { kind, after } = stopped(chunk, { limits });
    expect(kind).toBe("protocol");
    expect(after).toBeLessThanOrEqual(101);
  });

  test("calls, whose index may be anything", () => {
    const call = (n: number): string =>
      d({ tool_calls: [{ index: 10 ** 9 + n, id: `x${n}`, function: { name: "f" } }] });
    expect(stopped(call, { limits })).toEqual({ kind: "protocol", after: 6 });
  });

  test("choices, whose index may be anything", () => {
    expect(stopped((n) => d({ content: "x" }, { index: 10 ** 9 + n }), { limits })).toEqual({
      kind: "protocol",
      after: 5,
    });
  });

  test("comments, and chunks without content, however long the stream has been", () => {
    const quiet = { limits: { quietBytes: 1000 } };
    const begun = (rest: string) => (n: number) => (n === 0 ? d({ content: "x" }) : rest);
    for (const rest of [": keep-alive\n\n", d({}), "field: x\n\n"]) {
      expect(stopped(begun(rest), quiet).kind).toBe("protocol");
      expect(stopped(() => rest, quiet).kind).toBe("protocol");
    }
  });

  test("pieces too small to add up by their length", () => {
    expect(stopped(() => d({ content: "x" }), { limits }).after).toBeLessThan(200);
  });

  test("JSON whose values are larger than its text", () => {
    const dense = `data: {"choices":[],"x":[${"{},".repeat(1000)}{}]}\n\n`;
    expect(stopped(() => dense, { limits: { eventValueBytes: 10_000 } })).toEqual({ kind: "protocol", after: 1 });
  });

  test("data lines too short to add up by their length", () => {
    const failure = decode("data: \n".repeat(1000), { limits: { eventBytes: 20_000 } }).failure?.failure;
    expect(failure).toMatchObject({ code: "event_too_large" });
  });

  test("one event", () => {
    const failure = decode(d({ content: "x".repeat(2000) }), { limits: { eventBytes: 1000 } }).failure?.failure;
    expect(failure).toMatchObject({ kind: "protocol", code: "event_too_large" });
  });

  test("one event, told at once although others came with it, before the server says more", () => {
    const decoder = new ChatStreamDecoder(replyOptions({ limits: { eventBytes: 1000 } }));
    const chunk = encodeText(d({ content: "Hel" }) + d({ content: "x".repeat(2000) }).slice(0, 1500));
    expect(decoder.push(chunk).map(({ type }) => type)).toEqual(["start", "text-delta", "failure"]);
  });

  test("one JSON reply where a stream was expected", () => {
    const failure = decode(`{"a":"${"x".repeat(2000)}`, { limits: { replyBodyBytes: 1000 } }).failure?.failure;
    expect(failure?.kind).toBe("protocol");
  });

  test("JSON nested without end is a failure, not a crash", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(decode(data(`{"choices":[],"x":{"y":${deep}}}`)).failure?.failure.kind).toBe("protocol");
  });
});

describe("S16: time grows with the size and nothing else", () => {
  test("conformance case 20: one event of 8 MB", () => {
    const content = "x".repeat(8 * 1024 * 1024);
    const pieces = cutEvery(encodeText(d({ content }) + fin() + DONE), 64 * 1024);
    expect(summarize(decodeAll(pieces)).response?.text).toHaveLength(content.length);
  });

  test("20,000 events in one piece", () => {
    expect(decode(d({ content: "x" }).repeat(20_000) + fin()).response?.text).toHaveLength(20_000);
  });

  test("a long answer byte by byte", () => {
    const body = encodeText(d({ content: "x".repeat(1000) }).repeat(100) + fin());
    expect(summarize(decodeAll(cutEvery(body, 1))).response?.text).toHaveLength(100_000);
  });
});
