import type { ConformanceCase, Step } from "./conformance-case.ts";
import { delta, DONE, fin, stream, streamThen, streamWith, text, usage } from "./replies.ts";

const MEGABYTES = 1_000_000;
const ANSWERED_HELLO = { choices: [{ text: "Hello", finish: "stop" }], error: undefined } as const;
const GOOD_END = `${fin()}${DONE}`;

/** The event without the blank line that ends it. */
const open = (event: string): string => event.trimEnd();

/** Events as JSON lines, or as whatever joins them. */
const bare = (event: string): string => event.slice("data: ".length).trim();

/** Longer than the rest of a complete answer is waited for, whenever that begins. */
const WHILE_IT_DRAINS: readonly Step[] = Array.from({ length: 10 }, () => ({ passMs: 300 }));

/** What is left of a failed answer that had begun. */
const brokenAfter = (said: string, code: string) =>
  ({
    expected: { choices: [{ text: said }], error: { code } },
    library: { error: { kind: code, partial: true } },
    gateway: { status: 200, done: false },
  }) as const;

/** Catalogue A, 20–38: how large events are, how streams end, and what is no event. */
export const FRAMING_END_CASES: readonly ConformanceCase[] = [
  {
    number: 20,
    title: "an event of 8 MB",
    replies: [stream(text("x".repeat(8 * MEGABYTES)), GOOD_END)],
    expected: { choices: [{ text: "x".repeat(8 * MEGABYTES), finish: "stop" }], error: undefined },
  },
  {
    number: 20,
    variant: "over the limit",
    title: "an event over the limit is the end, with what came before it",
    setup: { limits: { eventBytes: 10_000 } },
    replies: [streamThen([text("Hel"), text("x".repeat(20_000))])],
    ...brokenAfter("Hel", "event_too_large"),
    library: { error: { kind: "protocol", partial: true }, leftRunning: 0 },
    gateway: { status: 200, done: false, leftRunning: 0 },
  },
  {
    number: 21,
    title: "a last event without its blank line counts",
    replies: [stream(text("Hello"), open(fin()))],
    expected: ANSWERED_HELLO,
  },
  {
    number: 22,
    title: "half a last event does not: the answer is cut",
    replies: [stream(text("Hel"), open(text("lo")).slice(0, -9))],
    ...brokenAfter("Hel", "truncated"),
  },
  {
    number: 23,
    title: "[DONE] without its blank line is the end",
    replies: [stream(text("Hello"), fin(), open(DONE))],
    expected: { ...ANSWERED_HELLO },
    gateway: { done: true },
  },
  {
    number: 24,
    variant: "no space",
    title: "[DONE] without the space is the end",
    replies: [stream(text("Hello"), fin(), "data:[DONE]\n\n")],
    expected: ANSWERED_HELLO,
    gateway: { done: true },
  },
  {
    number: 24,
    variant: "space behind",
    title: "[DONE] with a space behind it is the end",
    replies: [stream(text("Hello"), fin(), "data: [DONE] \n\n")],
    expected: ANSWERED_HELLO,
    gateway: { done: true },
  },
  {
    number: 25,
    title: "[DONE] twice is one end",
    replies: [stream(text("Hello"), fin(), DONE, DONE)],
    expected: ANSWERED_HELLO,
    gateway: { done: true },
  },
  {
    number: 26,
    title: "what follows [DONE] is not read",
    replies: [stream(text("Hello"), fin(), usage(3, 2), DONE, text("never"), usage(9, 9))],
    expected: { ...ANSWERED_HELLO, usage: { promptTokens: 3, completionTokens: 2 } },
    gateway: { done: true },
  },
  {
    number: 26,
    variant: "goes on",
    title: "and a server that does not stop after [DONE] loses its connection",
    replies: [
      streamThen([text("Hello"), fin(), DONE, ...Array.from({ length: 40 }, () => text("never"))], ...WHILE_IT_DRAINS),
    ],
    expected: { ...ANSWERED_HELLO, leftRunning: 0 },
  },
  {
    number: 27,
    title: "a finish reason and then the end is an answer without [DONE] too",
    replies: [stream(text("Hello"), fin("content_filter"))],
    expected: { choices: [{ text: "Hello", finish: "content_filter" }], error: undefined },
    gateway: { done: true },
  },
  {
    number: 28,
    title: "[DONE] without a finish reason is an answer that gives no reason",
    replies: [stream(text("Hello"), DONE)],
    expected: { choices: [{ text: "Hello" }], error: undefined },
    library: { choices: [{ text: "Hello", finish: "unknown" }] },
    gateway: { done: true },
  },
  {
    number: 29,
    title: "neither a finish reason nor [DONE]: the answer is cut",
    replies: [stream(text("Hel"), text("lo"))],
    ...brokenAfter("Hello", "truncated"),
  },
  {
    number: 30,
    title: "no event at all: nothing came, and trying again may help",
    replies: [stream()],
    expected: { choices: [], error: { code: "truncated" } },
    library: { error: { partial: false, retry: "same" } },
    gateway: { status: 502 },
  },
  {
    number: 31,
    title: "an event that is no JSON is an error, with what came before it",
    replies: [stream(text("Hel"), "data: {oops\n\n", text("lo"), GOOD_END)],
    ...brokenAfter("Hel", "protocol"),
  },
  {
    number: 31,
    variant: "first",
    title: "and with nothing where it came first",
    replies: [stream("data: {oops\n\n", text("Hello"), GOOD_END)],
    expected: { choices: [], error: { code: "protocol", message: /not JSON: \{oops/ } },
    library: { error: { partial: false } },
    gateway: { status: 502 },
  },
  {
    number: 31,
    variant: "skip",
    title: "or is left out, where that is asked for",
    setup: { replyRules: { unreadableChunk: "skip" }, profile: "openai-compatible" },
    replies: [stream(text("Hel"), "data: {oops\n\n", text("lo"), GOOD_END)],
    expected: ANSWERED_HELLO,
    library: { warnings: ["skipped-chunk"] },
  },
  ...(["text", "7", "true"] as const).map((value): ConformanceCase => {
    const wire = value === "text" ? '"Internal error"' : value;
    return {
      number: 32,
      variant: value,
      title: `an event that holds ${wire} is no chunk`,
      replies: [stream(text("Hel"), `data: ${wire}\n\n`, text("lo"), GOOD_END)],
      ...brokenAfter("Hel", "protocol"),
    };
  }),
  {
    number: 32,
    variant: "array",
    title: "the members of an array are chunks",
    replies: [stream(`data: [${bare(text("Hel"))},${bare(text("lo"))}]\n\n`, GOOD_END)],
    expected: ANSWERED_HELLO,
  },
  {
    number: 33,
    title: "text about events is text",
    replies: [stream(text("data: [DONE]\n\n"), text("event: x\r\n: y\n\n"), GOOD_END)],
    expected: { choices: [{ text: "data: [DONE]\n\nevent: x\r\n: y\n\n", finish: "stop" }], error: undefined },
  },
  {
    number: 34,
    title: "what only Unicode takes for a line end is none",
    replies: [stream(text("a\u2028b\u2029c\u0085d"), ": x\vdata: {oops\fdata: {oops\n\n", GOOD_END)],
    expected: { choices: [{ text: "a\u2028b\u2029c\u0085d", finish: "stop" }], error: undefined },
  },
  {
    number: 35,
    title: "bytes that are no UTF-8 become U+FFFD, and the stream goes on",
    replies: [stream(Buffer.from(text("a\u00ffb"), "latin1"), text("c"), GOOD_END)],
    expected: { choices: [{ text: "a\uFFFDbc", finish: "stop" }], error: undefined },
  },
  {
    number: 36,
    title: "the halves of a character in two deltas are joined",
    replies: [stream(delta({ content: "a\ud83d" }), delta({ content: "\ude00b" }), GOOD_END)],
    expected: { choices: [{ text: "a😀b", finish: "stop" }], error: undefined },
    library: { events: ["start", "text-delta a", "text-delta 😀b", "choice-finish", "finish"] },
  },
  {
    number: 37,
    title: "JSON lines that are chunks are read as chunks",
    replies: [
      streamWith(
        { "content-type": "application/x-ndjson" },
        [text("Hel"), text("lo"), fin()].map((event) => `${bare(event)}\n`).join(""),
      ),
    ],
    expected: ANSWERED_HELLO,
  },
  {
    number: 37,
    variant: "Ollama",
    title: "Ollama's own lines are not, and are named",
    replies: [
      streamWith(
        { "content-type": "application/x-ndjson" },
        '{"model":"m","message":{"role":"assistant","content":"Hel"},"done":false}\n',
        '{"model":"m","message":{"role":"assistant","content":"lo"},"done":true}\n',
      ),
    ],
    expected: { choices: [], error: { code: "protocol", message: /Ollama's own format .* \/v1/ } },
    gateway: { status: 502 },
  },
  {
    number: 38,
    title: "lines that are no field of an event are ignored",
    replies: [
      stream(
        "DATA: x\n\n",
        text("Hel"),
        `data : ${bare(text("never"))}\n\n`,
        ` ${text("never")}`,
        `DATA: ${bare(text("never"))}\n\n`,
        text("lo"),
        GOOD_END,
      ),
    ],
    expected: ANSWERED_HELLO,
  },
  {
    number: 38,
    variant: "nothing else",
    title: "and a body of nothing else is no event stream",
    replies: [stream("DATA: {}\n\nDATA: [DONE]\n\n")],
    expected: { choices: [], error: { code: "protocol", message: /not an event stream/ } },
    gateway: { status: 502 },
  },
];
