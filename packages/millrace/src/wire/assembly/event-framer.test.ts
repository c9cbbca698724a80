import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SseError } from "../sse/event.ts";
import { EventFramer } from "./event-framer.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The events that pushing these pieces gives, each on its own. */
function events(pieces: readonly Uint8Array[]): string[] {
  const framer = new EventFramer({ maxEventBytes: 1000 });
  return pieces.flatMap((piece) => {
    const framed = framer.push(piece);
    if (framed === undefined) return [];
    return framed.ends.map((end, i) => decode(framed.bytes.subarray(framed.ends[i - 1] ?? 0, end)));
  });
}

describe("events end at a blank line", () => {
  test.each([
    ["LF", "data: a\n\n", "data: b\n\n"],
    ["CRLF", "data: a\r\n\r\n", "data: b\r\n\r\n"],
    ["mixed", "data: a\r\n\n", "data: b\n\r\n"],
    ["CR", "data: a\r\r", "data: b\r\r"],
    ["several lines", "event: x\ndata: a\n\n", ": ping\n\n"],
  ])("%s", (_, first, second) => {
    expect(events([encode(first + second)])).toEqual([first, second]);
  });

  test("wherever the bytes are cut, everything comes and only in whole events", () => {
    const stream = encode("data: ä\n\n: ping\r\n\r\nevent: x\r\ndata: 日本\r\n\r\n\ndata: [DONE]\n\n");
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: stream.length - 1 })), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const pieces = at.slice(1).map((end, i) => stream.subarray(at[i], end));
        const given = events(pieces);
        expect(given.join("")).toBe(decode(stream));
        expect(given.filter((event) => event.trim() !== "").map((event) => event.trim())).toEqual([
          "data: ä",
          ": ping",
          "event: x\r\ndata: 日本",
          "data: [DONE]",
        ]);
      }),
    );
  });
});

test("a chunk that is all whole events is given as it is", () => {
  const framer = new EventFramer({ maxEventBytes: 1000 });
  const chunk = encode("data: a\n\ndata: b\n\n");
  expect(framer.push(chunk)?.bytes).toBe(chunk);
});

test("what never ended is left over", () => {
  const framer = new EventFramer({ maxEventBytes: 1000 });
  framer.push(encode("data: a\n\ndata: b"));
  framer.push(encode("c"));
  expect(decode(framer.rest())).toBe("data: bc");
});

describe("the limit is on one event, not on a chunk", () => {
  test("S15: a chunk of many short events may be larger", () => {
    const framer = new EventFramer({ maxEventBytes: 10 });
    expect(framer.push(encode("data: a\n\n".repeat(100)))?.ends).toHaveLength(100);
  });

  test("an event over the limit is refused, whether it ends or not", () => {
    const long = `data: ${"x".repeat(10)}`;
    expect(() => new EventFramer({ maxEventBytes: 10 }).push(encode(`${long}\n\n`))).toThrow(SseError);
    expect(() => new EventFramer({ maxEventBytes: 10 }).push(encode(long))).toThrow(SseError);
    const framer = new EventFramer({ maxEventBytes: 10 });
    framer.push(encode("data: x"));
    expect(() => framer.push(encode("xxxxx\n\n"))).toThrow(SseError);
  });

  test("what came before it in the same chunk is given, and with it the error", () => {
    const framed = new EventFramer({ maxEventBytes: 10 }).push(encode(`data: a\n\ndata: ${"x".repeat(10)}`));
    expect(framed).toMatchObject({ ends: [9], error: expect.any(SseError) });
    expect(framed?.bytes).toHaveLength(9);
  });
});
