import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { ChatStreamObserver } from "./observer.ts";
import { cutEvery, d, data, decodeAll, DONE, encodeText, fin, summarize, top } from "./testing/decode.ts";

/** Parts of streams, good and bad, and bytes that are none. */
const part: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .constantFrom(
      d({ content: "a" }),
      d({ content: "é😀" }),
      d({ reasoning_content: "hm" }),
      d({ tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: "{" } }] }),
      d({ tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: "}" } }] }),
      fin("stop"),
      fin("length", { index: 1 }),
      top({ usage: { prompt_tokens: 1 } }),
      data({ error: { message: "boom", code: 500 } }),
      data("null"),
      data("[1,"),
      ": comment\n\n",
      "event: error\n",
      "data: ",
      "\r\n",
      "\n",
      DONE,
      "{",
      "<html>",
    )
    .map(encodeText),
  fc.json().map((text) => encodeText(data(text))),
  fc.uint8Array({ maxLength: 12 }),
);

const someStream: fc.Arbitrary<Uint8Array> = fc
  .array(part, { maxLength: 12 })
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

/** A profile that lets streams pass vouches for their being event streams; what is in them may be anything. */
const someEventStream: fc.Arbitrary<Uint8Array> = someStream.map(
  (bytes) => new Uint8Array(Buffer.concat([encodeText(": begin\n\n"), bytes])),
);

const RUNS = process.env["MILLRACE_TEST_LONG"] ? 20_000 : 400;

function isLast(event: DecodedEvent): boolean {
  return event.type === "finish" || event.type === "failure";
}

describe("whatever a server sends", () => {
  test("the decoder throws nothing, and ends once, with an answer or a failure", () => {
    fc.assert(
      fc.property(someStream, (bytes) => {
        const events = decodeAll([bytes]);
        expect(events.filter(isLast)).toHaveLength(1);
        expect(isLast(events.at(-1)!)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test("a line that begins with white space is the same line where the white space comes alone", () => {
    const bytes = new TextEncoder().encode('\tdata: ""\n\n');
    expect(summarize(decodeAll(cutEvery(bytes, 1)))).toEqual(summarize(decodeAll([bytes])));
  });

  test("the cut of its bytes changes nothing", () => {
    fc.assert(
      fc.property(someStream, fc.integer({ min: 1, max: 40 }), (bytes, size) => {
        expect(summarize(decodeAll(cutEvery(bytes, size)))).toEqual(summarize(decodeAll([bytes])));
      }),
      { numRuns: RUNS },
    );
  });

  test("what passes under the observer's eyes as an answer is read as one", () => {
    fc.assert(
      fc.property(someEventStream, fc.integer({ min: 1, max: 40 }), (bytes, size) => {
        const observer = new ChatStreamObserver({
          wantsUsage: true,
          maxEventBytes: 1_000_000,
          unreadableChunk: "fail",
          wallNowMs: () => 0,
        });
        const passed = cutEvery(bytes, size).map((piece) => observer.push(piece));
        const whole = Buffer.concat([...passed, observer.end()]);
        const { ended, failure } = observer.seen;
        expect([ended, failure !== undefined]).toContain(true);
        if (ended) expect(summarize(decodeAll([new Uint8Array(whole)])).failure).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});
