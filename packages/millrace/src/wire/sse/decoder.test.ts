import { createParser } from "eventsource-parser";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { SseDecoder } from "./decoder.ts";
import { encodeSseComment, encodeSseEvent } from "./encode.ts";
import { SseError } from "./event.ts";
import type { SseEvent } from "./event.ts";

const MAX_EVENT_BYTES = 1024 * 1024;

type Source = string | Uint8Array | readonly number[];

function bytesOf(source: Source): Uint8Array {
  return typeof source === "string" ? new TextEncoder().encode(source) : Uint8Array.from(source);
}

/** Everything a decoder says about the bytes, given in these pieces. */
function decodePieces(pieces: readonly Source[], maxEventBytes = MAX_EVENT_BYTES): SseEvent[] {
  const decoder = new SseDecoder({ maxEventBytes });
  return [...pieces.flatMap((piece) => decoder.push(bytesOf(piece))), ...decoder.end()];
}

function decode(source: Source): SseEvent[] {
  return decodePieces([source]);
}

/** The bytes cut at these offsets. */
function cutAt(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const cuts = [0, ...[...offsets].sort((one, other) => one - other), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.slice(cuts[index], end));
}

function named(event: string, data: string): SseEvent {
  return { event, data };
}

function data(...texts: string[]): SseEvent[] {
  return texts.map((text) => named("", text));
}

describe("framing", () => {
  const rows: readonly { readonly title: string; readonly wire: Source; readonly events: SseEvent[] }[] = [
    { title: "conformance case 1: LF", wire: 'data: {"a":1}\n\ndata: 2\n\n', events: data('{"a":1}', "2") },
    { title: "S2, conformance case 2: CRLF", wire: "data: 1\r\n\r\ndata: 2\r\n\r\n", events: data("1", "2") },
    { title: "S2, conformance case 3: lone CR", wire: "data: 1\r\rdata: 2\r\r", events: data("1", "2") },
    {
      title: "conformance case 4: LF and CRLF mixed",
      wire: "data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\n",
      events: data("1", "2", "3"),
    },
    { title: "S2, conformance case 5: no space after the colon", wire: "data:{}\n\n", events: data("{}") },
    { title: "conformance case 6: only the first space is framing", wire: "data:  x\n\n", events: data(" x") },
    {
      title: "S2, conformance case 7: several data lines are one event",
      wire: 'data: {"a":\ndata: 1}\n\n',
      events: data('{"a":\n1}'),
    },
    {
      title: "conformance case 8: event names, forgotten after their event",
      wire: "event: message\ndata: 1\n\nevent:error\ndata: 2\n\ndata: 3\n\n",
      events: [named("message", "1"), named("error", "2"), named("", "3")],
    },
    {
      title: "the last event name of an event counts",
      wire: "event: a\nevent: b\ndata: 1\n\n",
      events: [named("b", "1")],
    },
    { title: "a name without data is no event", wire: "event: a\n\ndata: 1\n\n", events: data("1") },
    {
      title: "conformance case 9: id and retry are read past",
      wire: "id: 7\nretry: 3000\ndata: 1\n\n",
      events: data("1"),
    },
    {
      title: "S2, conformance case 10: a byte order mark before the first byte",
      wire: "\uFEFFdata: 1\n\n",
      events: data("1"),
    },
    { title: "a byte order mark alone on the first line", wire: "\uFEFF\ndata: 1\n\n", events: data("1") },
    { title: "a byte order mark anywhere else is text", wire: "data: \uFEFFx\n\n", events: data("\uFEFFx") },
    { title: "conformance case 12: comments", wire: ": keep-alive\n\n:\n\ndata: 1\n\n", events: data("1") },
    {
      title: "conformance case 13: a ping comment with CRLF ends nothing",
      wire: "data: 1\r\n\r\n: ping - 2026-11-22\r\n\r\ndata: 2\r\n\r\n",
      events: data("1", "2"),
    },
    { title: "a comment between the lines of one event", wire: "data: 1\n: x\ndata: 2\n\n", events: data("1\n2") },
    { title: "conformance case 15: empty data is an event that says nothing", wire: "data:\n\n", events: data("") },
    { title: "a data line without a colon is empty data", wire: "data\ndata\n\n", events: data("\n") },
    {
      title: "S4, conformance case 21: a last event without its blank line",
      wire: "data: 1\n\ndata: 2\n",
      events: data("1", "2"),
    },
    {
      title: "S4, conformance case 22: a last line without its end",
      wire: 'data: 1\n\ndata: {"a',
      events: data("1", '{"a'),
    },
    {
      title: "conformance case 24: [DONE] in any spacing",
      wire: "data:[DONE]\n\ndata: [DONE] \n\n",
      events: data("[DONE]", "[DONE] "),
    },
    {
      title: "conformance case 33: framing inside the text is text",
      wire: 'data: {"t":"data: [DONE]\\n\\n event: x\\r\\n"}\n\n',
      events: data('{"t":"data: [DONE]\\n\\n event: x\\r\\n"}'),
    },
    {
      title: "conformance case 34: U+2028, U+2029, U+0085, VT and FF are no line ends",
      wire: "data: a\u2028b\u2029c\u0085d\u000Be\u000Cf\n\n",
      events: data("a\u2028b\u2029c\u0085d\u000Be\u000Cf"),
    },
    {
      title: "conformance case 35: invalid UTF-8 becomes U+FFFD and the stream goes on",
      wire: [
        ...bytesOf("data: a"),
        0xff,
        0xe2,
        0x82,
        ...bytesOf("b\n\ndata: c"),
        0xf0,
        0x9f,
        ...bytesOf("\n\ndata: d\n\n"),
      ],
      events: data("a\uFFFD\uFFFDb", "c\uFFFD", "d"),
    },
    { title: "NUL is text", wire: "data: a\0b\n\n", events: data("a\0b") },
    { title: "nothing at all", wire: "", events: [] },
    { title: "only blank lines", wire: "\n\r\n\r\n\n", events: [] },
  ];

  test.each(rows)("$title", ({ wire, events }) => {
    expect(decode(wire)).toEqual(events);
  });

  test.each(rows)("$title, byte by byte", ({ wire, events }) => {
    expect(decodePieces([...bytesOf(wire)].map((byte) => [byte]))).toEqual(events);
  });

  test.each(rows)("$title, cut at every place", ({ wire, events }) => {
    const bytes = bytesOf(wire);
    for (let at = 0; at <= bytes.length; at += 1) expect(decodePieces(cutAt(bytes, [at]))).toEqual(events);
  });

  test("S1, conformance case 17: a character cut across chunks stays whole", () => {
    const bytes = bytesOf("data: é日😀\n\n");
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(decodePieces(cutAt(bytes, [at, at + 1])), `cut at ${at}`).toEqual(data("é日😀"));
    }
  });

  test("a lone CR at the end of a chunk completes the event at once", () => {
    const decoder = new SseDecoder({ maxEventBytes: MAX_EVENT_BYTES });
    expect(decoder.push(bytesOf("data: 1\r\r"))).toEqual(data("1"));
    expect(decoder.push(bytesOf("\ndata: 2\r\n\r\n"))).toEqual(data("2"));
  });

  test("an LF that comes alone after a CR, then another, is one line end and one blank line", () => {
    expect(decodePieces(["data: 1\r", "", "\n", "\n", "data: 2\n\n"])).toEqual(data("1", "2"));
  });

  test("events are given as soon as their blank line is there", () => {
    const decoder = new SseDecoder({ maxEventBytes: MAX_EVENT_BYTES });
    expect(decoder.push(bytesOf("data: 1\n"))).toEqual([]);
    expect(decoder.push(bytesOf("\nda"))).toEqual(data("1"));
    expect(decoder.end()).toEqual([]);
  });

  test("a decoded event outlives the buffer it came in", () => {
    const decoder = new SseDecoder({ maxEventBytes: MAX_EVENT_BYTES });
    const chunk = bytesOf("data: one\n\ndata: tw");
    const [event] = decoder.push(chunk);
    chunk.fill(0);
    expect(event).toEqual(named("", "one"));
    expect(decoder.push(bytesOf("o\n\n"))).toEqual(data("two"));
  });
});

describe("counts", () => {
  function countsOf(wire: string): { readonly comments: number; readonly unknownFields: number } {
    const decoder = new SseDecoder({ maxEventBytes: MAX_EVENT_BYTES });
    decoder.push(bytesOf(wire));
    decoder.end();
    return { comments: decoder.comments, unknownFields: decoder.unknownFields };
  }

  test.each([
    ["conformance case 11: OpenRouter's comment", ": OPENROUTER PROCESSING\n\n", { comments: 1, unknownFields: 0 }],
    ["conformance case 12: llama.cpp's empty comments", ":\n\n:\n\n", { comments: 2, unknownFields: 0 }],
    ["conformance case 38: DATA in capitals", "DATA: 1\n\n", { comments: 0, unknownFields: 1 }],
    ["conformance case 38: spaces before data", " data: 1\n\n", { comments: 0, unknownFields: 1 }],
    ["conformance case 38: a space before the colon", "data : 1\n\n", { comments: 0, unknownFields: 1 }],
    ["conformance case 37: lines of JSON", '{"a":1}\n{"a":2}\n', { comments: 0, unknownFields: 2 }],
    ["a word that begins like a field", "database: 1\n\nevents: 1\n\n", { comments: 0, unknownFields: 2 }],
    [
      "all known fields",
      "id: 1\nretry: 1\nevent: x\ndata: 1\n\nid\nretry\nevent\ndata\n\n",
      { comments: 0, unknownFields: 0 },
    ],
  ])("%s", (_title, wire, counts) => {
    expect(countsOf(wire)).toEqual(counts);
  });
});

describe("the limit", () => {
  test("an event of exactly the limit passes and one byte more does not", () => {
    expect(decodePieces(["data: 1234\n\n"], 10)).toEqual(data("1234"));
    expect(() => decodePieces(["data: 12345\n\n"], 10)).toThrow(SseError);
  });

  test("all lines of the pending event count together", () => {
    expect(decodePieces(["event: x\ndata: 1\ndata: 2\n\n"], 22)).toEqual([named("x", "1\n2")]);
    expect(() => decodePieces(["event: x\ndata: 1\ndata: 2\n\n"], 21)).toThrow(SseError);
  });

  test("an unfinished line counts before its end is there", () => {
    const decoder = new SseDecoder({ maxEventBytes: 10 });
    decoder.push(bytesOf("data: 1234"));
    expect(() => decoder.push(bytesOf("5"))).toThrow(SseError);
  });

  test("S15: a chunk of many short events may be far larger than the limit", () => {
    const wire = "data: 1234\n\n".repeat(10_000);
    expect(decodePieces([wire], 10)).toHaveLength(10_000);
  });

  test("comments and unknown lines that are over hold nothing", () => {
    expect(decodePieces([`${": ping\nfoo: bar\n".repeat(1000)}data: 1\n\n`], 20)).toEqual(data("1"));
  });

  test("a comment longer than the limit is an error like any other line", () => {
    expect(() => decodePieces([`: ${"x".repeat(20)}`], 20)).toThrow(SseError);
  });

  test("conformance case 20: the error names the limit, and comes again on every later call", () => {
    const decoder = new SseDecoder({ maxEventBytes: 8 });
    const tooLong = bytesOf("data: 12345\n\n");
    expect(() => decoder.push(tooLong)).toThrow(/larger than 8 bytes/u);
    expect(() => decoder.push(bytesOf("data: 1\n\n"))).toThrow(SseError);
    expect(() => decoder.end()).toThrow(SseError);
  });

  test("events before the one that is too large are given first, then the error", () => {
    const decoder = new SseDecoder({ maxEventBytes: 8 });
    expect(decoder.push(bytesOf("data: 1\n\ndata: 123456789"))).toEqual(data("1"));
    expect(() => decoder.end()).toThrow(SseError);
  });
});

describe("properties", () => {
  const lineText = fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/gu, ""));
  const event = fc.record({
    event: lineText.map((text) => text.trimStart()),
    data: fc.array(lineText, { minLength: 1, maxLength: 3 }).map((lines) => lines.join("\n")),
  });
  const part = fc.oneof(
    event.map((value) => ({ wire: encodeSseEvent(value.data, value.event), events: [value] })),
    lineText.map((text) => ({ wire: encodeSseComment(text), events: [] as SseEvent[] })),
    fc.constant({ wire: "\n", events: [] as SseEvent[] }),
  );
  const lineEnd = fc.constantFrom("\n", "\r\n", "\r");

  /** A stream of events, its line ends in one form, and some places to cut it. */
  const stream = fc.tuple(fc.array(part), lineEnd, fc.array(fc.nat())).map(([parts, end, cuts]) => {
    const bytes = bytesOf(
      parts
        .map(({ wire }) => wire)
        .join("")
        .replaceAll("\n", end),
    );
    const offsets = cuts.map((cut) => (bytes.length === 0 ? 0 : cut % bytes.length));
    // What a byte stream carries: surrogates without their other half do not survive UTF-8.
    const events = parts
      .flatMap(({ events: list }) => list)
      .map((value) => ({
        event: wellFormed(value.event),
        data: wellFormed(value.data),
      }));
    return { pieces: cutAt(bytes, offsets), events };
  });

  function wellFormed(text: string): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(text));
  }

  test("S1: any events, encoded, cut anywhere, come back the same", () => {
    fc.assert(
      fc.property(stream, ({ pieces, events }) => {
        expect(decodePieces(pieces)).toEqual(events);
      }),
    );
  });

  const fragment = fc.constantFrom(
    "data",
    "event",
    "id",
    "retry",
    ":",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "x",
    "é",
    "😀",
    "\u2028",
    "[DONE]",
    "{}",
    "data: ",
    "event: ",
  );
  const document = fc.array(fragment, { maxLength: 60 }).map((fragments) => fragments.join(""));

  test("eventsource-parser reads every whole document the same", () => {
    fc.assert(
      fc.property(document, (text) => {
        // The standard drops an event without its blank line, and so does the oracle.
        const whole = `${text}\n\n\n`;
        const expected: SseEvent[] = [];
        const parser = createParser({ onEvent: (message) => expected.push(named(message.event ?? "", message.data)) });
        parser.feed(whole);
        expect(decode(whole)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("the cut never matters, whatever the document", () => {
    fc.assert(
      fc.property(document, fc.array(fc.nat()), (text, cuts) => {
        const bytes = bytesOf(text);
        const offsets = cuts.map((cut) => cut % (bytes.length + 1));
        expect(decodePieces(cutAt(bytes, offsets))).toEqual(decode(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test("any bytes at all give events or an SseError, the same for every cut", () => {
    const lineBytes = fc.constantFrom(0x0a, 0x0d, 0x3a, 0x20, ...bytesOf("dat"));
    const bytes = fc.array(fc.oneof(lineBytes, fc.integer({ min: 0, max: 255 })), { maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat()), fc.integer({ min: 1, max: 60 }), (wire, cuts, limit) => {
        const whole = Uint8Array.from(wire);
        const pieces = cutAt(
          whole,
          cuts.map((cut) => cut % (whole.length + 1)),
        );
        expect(outcomeOf(pieces, limit)).toEqual(outcomeOf([whole], limit));
      }),
      { numRuns: 500 },
    );
  });

  /** The events, and whether the limit ended them. */
  function outcomeOf(pieces: readonly Uint8Array[], maxEventBytes: number): readonly [SseEvent[], boolean] {
    const decoder = new SseDecoder({ maxEventBytes });
    const events: SseEvent[] = [];
    try {
      for (const piece of pieces) events.push(...decoder.push(piece));
      events.push(...decoder.end());
      return [events, false];
    } catch (error) {
      expect(error).toBeInstanceOf(SseError);
      return [events, true];
    }
  }
});

describe("work", () => {
  const typedArray: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** How many bytes are searched and copied while `run` runs. */
  function workOf(run: () => void): number {
    const searches = vi.spyOn(typedArray, "indexOf");
    const copies = vi.spyOn(typedArray, "set");
    run();
    const searched = searches.mock.calls.map(([, from = 0], call) => {
      const found = searches.mock.results[call]?.value as number;
      return (found === -1 ? (searches.mock.contexts[call] as Uint8Array).length : found) - from;
    });
    const copied = copies.mock.calls.map(([source]) => source.length);
    vi.restoreAllMocks();
    return [...searched, ...copied].reduce((work, bytes) => work + bytes, 0);
  }

  const line = (length: number): Uint8Array => bytesOf(`data: ${"x".repeat(length)}\n\n`);

  test("S16, conformance case 18: a line in one-byte pushes costs a few steps per byte", () => {
    const bytes = line(100_000);
    const singles = [...bytes].map((byte) => Uint8Array.of(byte));
    let events: SseEvent[] = [];
    const work = workOf(() => {
      events = decodePieces(singles);
    });
    expect(events).toHaveLength(1);
    expect(work).toBeLessThan(6 * bytes.length);
  });

  test("S16, conformance case 20: one line of 8 MB is searched and copied a few times at most", () => {
    const bytes = line(8_000_000);
    const decoder = new SseDecoder({ maxEventBytes: 16_000_000 });
    const work = workOf(() => {
      for (let at = 0; at < bytes.length; at += 65_536) decoder.push(bytes.subarray(at, at + 65_536));
    });
    expect(work).toBeLessThan(6 * bytes.length);
  });

  test("S16: a chunk of many lines is searched once for each kind of line end", () => {
    for (const end of ["\n", "\r", "\r\n"]) {
      const bytes = bytesOf(`data: 12345678${end}${end}`.repeat(20_000));
      const work = workOf(() => new SseDecoder({ maxEventBytes: 100 }).push(bytes));
      expect(work).toBeLessThan(3 * bytes.length);
    }
  });

  test("S16: many CRs before one LF do not search for the LF again and again", () => {
    const bytes = bytesOf(`${"data: 1\r".repeat(20_000)}\n`);
    const work = workOf(() => new SseDecoder({ maxEventBytes: 2_000_000 }).push(bytes));
    expect(work).toBeLessThan(3 * bytes.length);
  });
});
