import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { COMPRESSED_EVENTS } from "./compressed-events.ts";
import type { ConformanceCase, Reply, Step } from "./conformance-case.ts";
import {
  body,
  completion,
  DONE,
  fin,
  head,
  json,
  LAST_CHUNK,
  stream,
  streamHead,
  streamWith,
  text,
  UNSTREAMED,
  WHOLE,
} from "./replies.ts";

const COUNTS = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const CALL = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
const ANSWER = completion({ content: "Hello" }, {}, { usage: COUNTS });
const SAYS_HELLO = {
  choices: [{ text: "Hello", finish: "stop" }],
  usage: { promptTokens: 3, completionTokens: 2 },
  error: undefined,
} as const;
const STREAMS_HELLO = { choices: [{ text: "Hello", finish: "stop" }], error: undefined } as const;

const PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><script>x()</script></body></html>";
const HTML = { "content-type": "text/html; charset=utf-8" };

/** Catalogue B, 39–43, 55, 57 and 58: answers in another form than was asked for. */
export const BODY_CASES: readonly ConformanceCase[] = [
  {
    number: 39,
    title: "one JSON reply to a request for a stream is an answer all the same",
    replies: [
      json(completion({ content: "Hello", tool_calls: [CALL] }, { finish_reason: "tool_calls" }, { usage: COUNTS })),
    ],
    expected: {
      choices: [
        {
          text: "Hello",
          finish: "tool_calls",
          toolCalls: [{ id: "call_1", type: "function", name: "f", arguments: '{"a":1}' }],
        },
      ],
      usage: { promptTokens: 3, completionTokens: 2 },
      error: undefined,
    },
    library: {
      events: [
        "start",
        "usage",
        "text-delta Hello",
        "tool-call-start f",
        'tool-call-delta {"a":1}',
        "tool-call-end",
        "choice-finish",
        "finish",
      ],
    },
    gateway: { done: true },
  },
  {
    number: 41,
    title: "a stream in reply to a request for one reply is put together",
    setup: UNSTREAMED,
    ask: WHOLE,
    replies: [stream(text("Hel"), text("lo"), fin(), DONE)],
    expected: { ...STREAMS_HELLO, requests: [{ body: { model: "m", stream: undefined } }] },
    gateway: { headers: { "content-type": "application/json" } },
  },
  ...["text/plain", "application/octet-stream", "application/json"].map((type): ConformanceCase => ({
    number: 42,
    variant: type,
    title: `a stream that calls itself ${type} is a stream`,
    replies: [streamWith({ "content-type": type }, text("Hello"), fin(), DONE)],
    expected: STREAMS_HELLO,
  })),
  {
    number: 42,
    variant: "no type",
    title: "and one that does not say what it is",
    replies: [
      [
        { send: head(200, { "transfer-encoding": "chunked" }) },
        { events: `\n${text("Hello")}${fin()}${DONE}` },
        { send: LAST_CHUNK },
      ],
    ],
    expected: STREAMS_HELLO,
  },
  ...(["stream", "whole"] as const).map((call): ConformanceCase => ({
    number: 43,
    variant: call,
    title: "a web page is no answer; only its title is told, and what to check",
    ask: { call },
    replies: [body(PAGE, 200, HTML)],
    expected: { choices: [], error: { code: "protocol", message: /^(?!.*<).*"Sign in".*base URL/ } },
    library: { error: { retry: "elsewhere" } },
    gateway: { status: 502 },
  })),
  {
    number: 43,
    variant: "called a stream",
    title: "also where it calls itself a stream",
    replies: [streamWith({}, PAGE)],
    expected: { choices: [], error: { code: "protocol", message: /^(?!.*<).*"Sign in".*base URL/ } },
    gateway: { status: 502 },
  },
  ...(["stream", "whole"] as const).map((call): ConformanceCase => ({
    number: 55,
    variant: call,
    title: "an answer in an envelope of success is taken out of it",
    ask: { call },
    replies: [json({ success: true, data: ANSWER })],
    expected: SAYS_HELLO,
  })),
  ...compressed().map(([coding, bytes]): ConformanceCase => ({
    number: 57,
    variant: coding,
    title: `a reply that is compressed with ${coding} is read`,
    ask: WHOLE,
    replies: [body(bytes, 200, { "content-encoding": coding.split(" ")[0] ?? "" })],
    expected: SAYS_HELLO,
  })),
  {
    number: 57,
    variant: "two codings",
    title: "also one that was compressed twice",
    ask: WHOLE,
    replies: [body(gzipSync(deflateSync(JSON.stringify(ANSWER))), 200, { "content-encoding": "deflate, gzip" })],
    expected: SAYS_HELLO,
  },
  {
    number: 57,
    variant: "unknown",
    title: "a coding nobody knows is named",
    ask: WHOLE,
    replies: [body("\u0001\u0002", 200, { "content-encoding": "lzw" })],
    expected: { choices: [], error: { code: "protocol", message: /"lzw"/ } },
    gateway: { status: 502 },
  },
  {
    number: 57,
    variant: "error",
    title: "a compressed error is read too",
    ask: WHOLE,
    replies: [
      body(gzipSync('{"error":{"message":"Slow down"}}'), 429, { "content-encoding": "gzip", "retry-after": "2" }),
    ],
    expected: { error: { code: "rate_limit", message: /Slow down/, retryAfterMs: 2000 } },
    gateway: { status: 429 },
  },
  ...Object.entries(COMPRESSED_EVENTS).map(([coding, pieces]): ConformanceCase => ({
    number: 58,
    variant: coding,
    title: `events that are compressed with ${coding} are read as they come`,
    setup: { timeouts: { firstContent: 1000, idle: 10_000 } },
    replies: [inPieces(coding, pieces)],
    expected: STREAMS_HELLO,
  })),
  {
    number: 58,
    variant: "cut",
    title: "a compressed stream that is cut is a cut answer",
    replies: [
      [
        { send: streamHead({ "content-encoding": "gzip" }) },
        { events: Buffer.from(COMPRESSED_EVENTS.gzip[0] ?? "", "base64") },
        { send: LAST_CHUNK },
      ],
    ],
    expected: { choices: [{ text: "Hel" }], error: { code: "truncated" } },
    library: { error: { partial: true } },
    gateway: { status: 200, done: false },
  },
];

function compressed(): readonly (readonly [coding: string, bytes: Buffer])[] {
  const text = JSON.stringify(ANSWER);
  return [
    ["gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    // What the name says, although the standard means zlib's form of it.
    ["deflate without zlib's head", deflateRawSync(text)],
    ["br", brotliCompressSync(text)],
    ["zstd", zstdCompressSync(text)],
  ];
}

/** After each piece more time passes than the first content may take. */
function inPieces(coding: string, pieces: readonly string[]): Reply {
  const steps = pieces.flatMap((piece): Step[] => [{ events: Buffer.from(piece, "base64") }, { passMs: 1100 }]);
  return [{ send: streamHead({ "content-encoding": coding }) }, ...steps, { send: LAST_CHUNK }];
}
