import type { ConformanceCase } from "./conformance-case.ts";
import { delta, DONE, fin, stream, streamThen, text, usage } from "./replies.ts";

const HELLO = `${delta({ role: "assistant", content: null })}${text("Hel")}${text("lo")}${fin()}${usage(3, 2)}${DONE}`;
const SAYS_HELLO = {
  choices: [{ text: "Hello", finish: "stop", toolCalls: [] }],
  usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
  error: undefined,
} as const;
const answered = (said: string) => ({ choices: [{ text: said, finish: "stop" }], error: undefined }) as const;

const crlf = (events: string): string => events.replaceAll("\n", "\r\n");

/** Catalogue A: how server-sent events are framed. Each runs in one write, byte by byte, and cut anywhere. */
export const FRAMING_CASES: readonly ConformanceCase[] = [
  { number: 1, title: "LF line ends", replies: [stream(HELLO)], expected: SAYS_HELLO },
  { number: 2, title: "CRLF everywhere", replies: [stream(crlf(HELLO))], expected: SAYS_HELLO },
  { number: 3, title: "a lone CR as line end", replies: [stream(HELLO.replaceAll("\n", "\r"))], expected: SAYS_HELLO },
  {
    number: 4,
    title: "LF and CRLF mixed, the CR and the LF of one line end in two segments",
    replies: [stream(text("Hel"), `${text("lo").trimEnd()}\r`, `\n\r\n${fin()}`, crlf(DONE))],
    expected: answered("Hello"),
  },
  {
    number: 5,
    title: "no space after data:",
    replies: [stream(HELLO.replaceAll("data: ", "data:"))],
    expected: SAYS_HELLO,
  },
  {
    number: 6,
    title: "only the first of two spaces is framing",
    replies: [stream(HELLO.replaceAll("data: {", "data:  {"))],
    expected: SAYS_HELLO,
  },
  {
    number: 7,
    title: "one event as several data: lines",
    replies: [
      stream(
        'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",\n' +
          'data: "choices":[{"index":0,\ndata: "delta":{"content":"Hello"},"finish_reason":null}]}\n\n',
        fin(),
        DONE,
      ),
    ],
    expected: answered("Hello"),
  },
  {
    number: 8,
    title: "event names other than error are ignored",
    replies: [stream(`event: message\n${text("Hel")}event: chunk.delta\n${text("lo")}${fin()}${DONE}`)],
    expected: answered("Hello"),
  },
  {
    number: 9,
    title: "id and retry fields are ignored, and nothing reconnects",
    replies: [stream(`id: 7\nretry: 3000\n${text("Hello")}id: 8\n${fin()}${DONE}`)],
    expected: { ...answered("Hello"), connections: 1 },
  },
  {
    number: 10,
    title: "a byte order mark before the first byte",
    replies: [stream(`\uFEFF${HELLO}`)],
    expected: SAYS_HELLO,
  },
  {
    number: 11,
    title: "a comment resets the idle clock",
    setup: { timeouts: { idle: 1000, firstContent: 10_000 } },
    replies: [
      streamThen(
        [": OPENROUTER PROCESSING\n\n"],
        { passMs: 800 },
        { events: ": OPENROUTER PROCESSING\n\n" },
        { passMs: 800 },
        { events: `${text("Hello")}${fin()}${DONE}` },
        { send: "0\r\n\r\n" },
      ),
    ],
    expected: answered("Hello"),
  },
  {
    number: 11,
    variant: "first content",
    title: "and not the clock of the first content",
    setup: { timeouts: { idle: 1000, firstContent: 2000 } },
    replies: [
      streamThen(
        [": OPENROUTER PROCESSING\n\n"],
        { passMs: 900 },
        { events: ": OPENROUTER PROCESSING\n\n" },
        { passMs: 900 },
        { events: ": OPENROUTER PROCESSING\n\n" },
        { passMs: 900 },
      ),
    ],
    expected: { choices: [], error: { code: "timeout" }, leftRunning: 0 },
    library: { error: { timeoutPhase: "first_content" } },
    gateway: { status: 504 },
  },
  {
    number: 12,
    title: "comments with and without text",
    replies: [stream(`: keep-alive\n\n:\n\n${text("Hel")}:\n\n${text("lo")}${fin()}${DONE}`)],
    expected: answered("Hello"),
  },
  {
    number: 13,
    title: "a ping comment in the middle does not end the stream",
    replies: [stream(`${text("Hel")}: ping - 2026-11-22 10:00:00.000000+00:00\r\n\r\n${text("lo")}${fin()}${DONE}`)],
    expected: answered("Hello"),
  },
  {
    number: 14,
    title: "a comment, then silence: the idle clock runs out after the last comment",
    setup: { timeouts: { idle: 1000 } },
    replies: [streamThen([text("Hel")], { passMs: 900 }, { events: ": ping\n\n" }, { passMs: 1100 })],
    expected: { choices: [{ text: "Hel" }], error: { code: "timeout" }, leftRunning: 0 },
    library: { error: { timeoutPhase: "idle", partial: true } },
    gateway: { status: 200, done: false },
  },
  {
    number: 15,
    title: "empty data is skipped",
    replies: [stream(`data:\n\n${text("Hel")}data: \n\n${text("lo")}${fin()}${DONE}`)],
    expected: answered("Hello"),
  },
  {
    number: 16,
    title: "data: null is skipped",
    replies: [stream(`data: null\n\n${text("Hel")}data: null\n\n${text("lo")}${fin()}${DONE}`)],
    expected: answered("Hello"),
  },
  {
    number: 17,
    title: "an emoji cut across segments is whole",
    replies: [stream(`${text("é 日本 😀")}${fin()}${DONE}`)],
    expected: answered("é 日本 😀"),
  },
  {
    number: 18,
    title: "one byte in each segment",
    replies: [stream(`${text("slow")}${text("ly")}${fin()}${DONE}`)],
    expected: answered("slowly"),
  },
  {
    number: 19,
    title: "fifty events in one segment, all of them and in order",
    replies: [stream(Array.from({ length: 50 }, (_, n) => text(`${n} `)).join("") + fin() + DONE)],
    expected: answered(Array.from({ length: 50 }, (_, n) => `${n} `).join("")),
  },
];
