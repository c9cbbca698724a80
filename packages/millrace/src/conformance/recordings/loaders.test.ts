import { describe, expect, test } from "vitest";
import { parseHttpReply } from "./http-reply.ts";
import { parseJsonLines } from "./json-lines.ts";
import { RecordingError } from "./recording-error.ts";
import { replaysOf } from "./replay.ts";

const CHUNKED =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
  "8\r\ndata: 1\n\r\n1\r\n\n\r\n0\r\n\r\n";
const SIZED = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
const UNTIL_CLOSE = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n";

describe("a reply kept as the bytes of the wire", () => {
  test.each([
    ["in the chunked coding", CHUNKED, { status: 200, body: "data: 1\n\n" }],
    ["with its length", SIZED, { status: 404, reason: "Not Found", body: "{}" }],
    ["that ends with its connection", UNTIL_CLOSE, { status: 200, body: "data: 1\n\n" }],
  ])("%s is read, and replayed as it was", (_, wire, expected) => {
    const reply = parseHttpReply(Buffer.from(wire));
    expect({ ...reply, body: Buffer.from(reply.body).toString() }).toMatchObject(expected);
    expect([...replaysOf(reply)][0]?.bytes.toString()).toBe(wire);
  });

  test("each of its replays reads as the same reply, but for line ends", () => {
    const bodies = [...replaysOf(parseHttpReply(Buffer.from(CHUNKED)))].map(({ form, bytes }) => [
      form,
      parseHttpReply(bytes).body.toString(),
    ]);
    expect(bodies).toEqual([
      ["as recorded", "data: 1\n\n"],
      ["byte by byte", "data: 1\n\n"],
      ["CRLF", "data: 1\r\n\r\n"],
    ]);
  });

  test.each([
    ["no end of the head", "HTTP/1.1 200 OK\r\n", /No blank line/],
    ["no status line", "hello\r\n\r\n", /Byte 0: "hello" is no status line/],
    ["a bad header", "HTTP/1.1 200 OK\r\nA: 1\r\nB 2\r\n\r\n", /Byte 23: "B 2" is no header/],
    ["a wrong length", SIZED.replace("{}", "{"), /Byte 77: the body has 1 bytes, but Content-Length says 2/],
    ["a bad chunk size", CHUNKED.replace("8\r\n", "z\r\n"), /Byte 80: "z" is no size of a chunk/],
    ["half a chunk", CHUNKED.slice(0, 84), /Byte 80: the chunk of 8 bytes is not whole/],
    ["no last chunk", CHUNKED.slice(0, -5), /is no size of a chunk/],
    ["no end behind the last chunk", CHUNKED.slice(0, -2), /no blank line ends the reply/],
  ])("a file with %s says so, and where", (_, wire, message) => {
    const read = (): unknown => parseHttpReply(Buffer.from(wire));
    expect(read).toThrow(RecordingError);
    expect(read).toThrow(message);
  });
});

describe("a stream kept as one line of JSON per event", () => {
  test("is framed again, and ends as streams do", () => {
    expect(parseJsonLines('{"a":1}\r\n\n[2]\n').body).toBe('data: {"a":1}\n\ndata: [2]\n\ndata: [DONE]\n\n');
  });

  test("keeps an end of its own, and has none where none is wanted", () => {
    expect(parseJsonLines("1\n[DONE]\n").body).toBe("data: 1\n\ndata: [DONE]\n\n");
    expect(parseJsonLines("1\n", { done: false }).body).toBe("data: 1\n\n");
  });

  test.each([
    ["no JSON", '{"a":1}\n{"a":\n', /Line 2, column 6/],
    ["two values", '{"a":1}{"b":2}\n', /Line 1 holds more than one JSON value/],
    ["something behind the end", "[DONE]\n1\n", /Line 2 follows \[DONE\]/],
    ["nothing", "\n", /holds no line/],
  ])("a file with %s says so, and where", (_, text, message) => {
    expect(() => parseJsonLines(text)).toThrow(RecordingError);
    expect(() => parseJsonLines(text)).toThrow(message);
  });
});
