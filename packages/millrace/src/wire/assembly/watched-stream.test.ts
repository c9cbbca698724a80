import { describe, expect, test } from "vitest";
import { failureOf } from "../failure/kinds.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import { LineFraming, SseFraming } from "./framings.ts";
import { type EventWatch, type Framing, WatchedStream } from "./watched-stream.ts";

const TEXT = new TextEncoder();
const bytes = (text: string): Uint8Array => TEXT.encode(text);
const said = (output: Uint8Array): string => new TextDecoder().decode(output);

/** A dialect of one word: `{"said": …}` is content, `{"end": true}` a reason to end, `{"over": true}` the end. */
function watch(): EventWatch {
  const seen = { content: false, finished: false, ended: false };
  return {
    get content() {
      return seen.content;
    },
    get finished() {
      return seen.finished;
    },
    get ended() {
      return seen.ended;
    },
    known: {},
    read: (value) => {
      if (value["said"] !== undefined) seen.content = true;
      if (value["end"] === true) seen.finished = true;
      if (value["over"] === true) seen.ended = seen.finished = true;
      return value["broken"] === true ? failureOf("server", "broken") : undefined;
    },
    closing: () => 'data: {"over":true}\n\n',
  };
}

function open(framing: Framing = new SseFraming({ maxEventBytes: 1000 })): WatchedStream {
  return new WatchedStream(watch(), framing, { limits: DEFAULT_LIMITS, wallNowMs: () => 0 });
}

describe("a stream that passes under watch", () => {
  test("goes on byte for byte, comments too, wherever it is cut", () => {
    const whole = ': hi\n\nevent: a\ndata: {"said":"ü"}\r\n\r\ndata: {"end":true}\n\ndata: {"over":true}\n\n';
    const stream = open();
    let passed = "";
    for (const byte of bytes(whole)) {
      const piece = stream.push(new Uint8Array([byte]));
      // A character is never cut: only whole events go.
      passed += said(piece);
    }
    expect(passed).toBe(whole);
    expect(stream.seen).toMatchObject({ content: true, ended: true });
  });

  test("gets the terminal event that the upstream left out", () => {
    const stream = open();
    stream.push(bytes('data: {"said":1}\n\ndata: {"end":true}\n\n'));
    expect(said(stream.end())).toBe('data: {"over":true}\n\n');
    expect(stream.seen.ended).toBe(true);
  });

  test("is cut when it ends without a reason, and that is told", () => {
    const stream = open();
    stream.push(bytes('data: {"said":1}\n\n'));
    stream.end();
    expect(stream.seen.failure).toMatchObject({ kind: "truncated", partial: true });
  });

  test.each([
    ["an error event", 'event: error\ndata: {"error":{"message":"no"}}\n\n'],
    ["an error by another name", 'data: {"error":{"message":"no"}}\n\n'],
    ["what its dialect calls broken", 'data: {"broken":true}\n\n'],
    ["what is no JSON", "data: oops\n\n"],
  ])("%s ends it and is not given", (_name, event) => {
    const stream = open();
    expect(said(stream.push(bytes(`data: {"said":1}\n\n${event}data: {"said":2}\n\n`)))).toBe('data: {"said":1}\n\n');
    expect(stream.seen.failure).toMatchObject({ partial: true });
    expect(stream.push(bytes('data: {"said":3}\n\n'))).toHaveLength(0);
  });

  test("nothing behind the end is given", () => {
    const stream = open();
    expect(said(stream.push(bytes('data: {"over":true}\n\ndata: {"said":2}\n\n')))).toBe('data: {"over":true}\n\n');
  });

  test("an event over the limit ends it", () => {
    const stream = open();
    stream.push(bytes(`data: ${"x".repeat(2000)}`));
    expect(stream.seen.failure).toMatchObject({ code: "event_too_large" });
  });
});

describe("one document to a line", () => {
  test("goes on line by line", () => {
    const stream = open(new LineFraming({ maxEventBytes: 1000 }));
    expect(said(stream.push(bytes('{"said":1}\n{"sa')))).toBe('{"said":1}\n');
    expect(said(stream.push(bytes('id":2}\n')))).toBe('{"said":2}\n');
  });

  test("a last line may lack its end", () => {
    const stream = open(new LineFraming({ maxEventBytes: 1000 }));
    stream.push(bytes('{"said":1}\n{"over":true}'));
    expect(said(stream.end())).toBe('{"over":true}\n');
    expect(stream.seen.ended).toBe(true);
  });

  test("a line over the limit ends it", () => {
    const stream = open(new LineFraming({ maxEventBytes: 10 }));
    stream.push(bytes("x".repeat(11)));
    expect(stream.seen.failure).toMatchObject({ code: "event_too_large" });
  });
});
