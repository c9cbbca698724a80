import type { ConformanceCase, Reply } from "./conformance-case.ts";
import { completion, DONE, fin, head, json, stream, streamThen, text, WHOLE } from "./replies.ts";

const OK = stream(text("ok"), fin(), DONE);
const SAYS_OK = { choices: [{ text: "ok", finish: "stop" }], error: undefined } as const;
const ANSWER = JSON.stringify(completion({ content: "Hello" }));
const CLOSE = { end: "close" } as const;
const RESET = { end: "reset" } as const;
const HALF_CLOSE = { end: "half-close" } as const;

/** The answer is cut in the middle: `Hel` is kept. */
const CUT = {
  expected: { choices: [{ text: "Hel" }], error: { code: "truncated" } },
  library: { error: { kind: "truncated", partial: true } },
  gateway: { status: 200, done: false },
} as const;

/** The answer is cut before it began. */
const NOTHING_CAME = {
  expected: { choices: [], error: { code: "truncated" } },
  library: { error: { kind: "truncated", partial: false, retry: "same" } },
  gateway: { status: 502 },
} as const;

/** A stream that has neither a length nor chunks: closing the connection is its end. */
const untilClosed = (version: string, ...events: readonly string[]): Reply => [
  { send: head(200, { "content-type": "text/event-stream" }, version) + events.join("") },
  CLOSE,
];

/** A reply that promises more than it holds. */
const tooShort = (type: string, content: string): Reply => [
  { send: `${head(200, { "content-type": type, "content-length": "9999" })}${content}` },
  CLOSE,
];

/** Catalogue B, 80–86: connections that end. */
export const CONNECTION_CASES: readonly ConformanceCase[] = [
  {
    number: 80,
    title: "after an error that closed the connection, the next call has a new one",
    calls: 2,
    replies: [[...json({ error: { message: "no" } }, 400, { connection: "close" }), CLOSE], OK],
    expected: { ...SAYS_OK, requests: [{}, {}], connections: 2 },
  },
  {
    number: 80,
    variant: "unsaid",
    title: "also where the server did not say that it would close it",
    calls: 2,
    replies: [[...json({ error: { message: "no" } }, 400), CLOSE], OK],
    expected: { ...SAYS_OK, connections: 2 },
  },
  {
    number: 81,
    title: "a pooled connection that closes as it is used is replaced without a word",
    calls: 2,
    replies: [OK, [CLOSE], OK],
    expected: { ...SAYS_OK, requests: [{}, {}, {}], connections: 2 },
  },
  {
    number: 81,
    variant: "reset",
    title: "also where it is reset",
    calls: 2,
    replies: [OK, [RESET], OK],
    expected: { ...SAYS_OK, requests: [{}, {}, {}], connections: 2 },
  },
  {
    number: 81,
    variant: "twice",
    title: "once: the second time it is told",
    calls: 2,
    replies: [OK, [RESET], [RESET]],
    expected: { choices: [], error: { code: "connection" }, requests: [{}, {}, {}] },
    gateway: { status: 502 },
  },
  ...(["reset", "close", "half-close"] as const).map((end): ConformanceCase => ({
    number: 82,
    variant: end,
    title: `a fresh connection that ends (${end}) before the reply is not tried again by itself`,
    replies: [[{ end }]],
    expected: { choices: [], error: { code: "connection" }, requests: [{}], connections: 1 },
    library: { error: { retry: "same", partial: false } },
    gateway: { status: 502 },
  })),
  ...(["reset", "close", "half-close"] as const).map((end): ConformanceCase => ({
    number: 83,
    variant: end,
    title: `the end (${end}) behind the headers: nothing came`,
    replies: [streamThen([], { end })],
    ...NOTHING_CAME,
  })),
  ...(["reset", "close", "half-close"] as const).map((end): ConformanceCase => ({
    number: 84,
    variant: end,
    title: `the end (${end}) in the middle of an answer cuts it`,
    replies: [streamThen([text("Hel")], { end })],
    ...CUT,
  })),
  {
    number: 85,
    variant: "whole reply",
    title: "a reply that is shorter than it says is cut, even if its text looks whole",
    ask: WHOLE,
    replies: [tooShort("application/json", ANSWER)],
    expected: { choices: [], error: { code: "truncated" } },
    gateway: { status: 502 },
  },
  {
    number: 85,
    variant: "whole reply without its last chunk",
    title: "so is one without its last chunk",
    ask: WHOLE,
    replies: [
      [
        { send: head(200, { "content-type": "application/json", "transfer-encoding": "chunked" }) },
        { events: ANSWER },
        CLOSE,
      ],
    ],
    expected: { choices: [], error: { code: "truncated" } },
    gateway: { status: 502 },
  },
  {
    number: 85,
    variant: "stream",
    title: "so is a stream",
    replies: [tooShort("text/event-stream", text("Hel"))],
    ...CUT,
  },
  {
    number: 85,
    variant: "finish",
    title: "unless it said why it ended",
    replies: [tooShort("text/event-stream", text("ok") + fin())],
    expected: SAYS_OK,
    gateway: { done: true },
  },
  {
    number: 85,
    variant: "finish without the last chunk",
    title: "also without its last chunk",
    replies: [streamThen([text("ok"), fin()], CLOSE)],
    expected: SAYS_OK,
    gateway: { done: true },
  },
  {
    number: 85,
    variant: "[DONE]",
    title: "or that it was done",
    replies: [streamThen([text("ok"), fin(), DONE], RESET)],
    expected: SAYS_OK,
    gateway: { done: true },
  },
  ...["HTTP/1.0", "HTTP/1.1"].map((version): ConformanceCase => ({
    number: 86,
    variant: version,
    title: `${version}, and the end of the connection is the end of the stream`,
    replies: [untilClosed(version, text("ok"), fin(), DONE)],
    expected: SAYS_OK,
  })),
  {
    number: 86,
    variant: "finish",
    title: "where a finish reason is enough",
    replies: [untilClosed("HTTP/1.0", text("ok"), fin())],
    expected: SAYS_OK,
  },
  {
    number: 86,
    variant: "cut",
    title: "and the end alone is not",
    replies: [untilClosed("HTTP/1.0", text("Hel"))],
    ...CUT,
  },
  {
    number: 86,
    variant: "whole",
    title: "a whole reply ends so too",
    ask: WHOLE,
    replies: [[{ send: head(200, { "content-type": "application/json" }, "HTTP/1.0") + ANSWER }, HALF_CLOSE]],
    expected: { choices: [{ text: "Hello", finish: "stop" }], error: undefined },
  },
];
