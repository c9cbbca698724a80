import type { ConformanceCase, Step } from "./conformance-case.ts";
import {
  completion,
  DONE,
  fin,
  head,
  json,
  LAST_CHUNK,
  stream,
  streamHead,
  streamThen,
  text,
  WHOLE,
} from "./replies.ts";

const OK = stream(text("ok"), fin(), DONE);
const SAYS_OK = { choices: [{ text: "ok", finish: "stop" }], error: undefined } as const;
const ANSWER = JSON.stringify(completion({ content: "Hello" }));
const HEADERS: readonly Step[] = [{ send: streamHead() }];
const REST: readonly Step[] = [{ events: text("ok") + fin() + DONE }, { send: LAST_CHUNK }];
/** Blank lines, each before the silence is too long. */
const BLANK: readonly Step[] = Array.from({ length: 5 }, (): Step[] => [{ events: "\n" }, { passMs: 900 }]).flat();
const ENDLESS = Array.from({ length: 2000 }, (_, n) => text(`${n} `.padEnd(1000)));

/** Longer than the rest of a complete answer is waited for, whenever that begins. */
const WHILE_IT_DRAINS: readonly Step[] = Array.from({ length: 10 }, () => ({ passMs: 300 }));

/** Catalogue B, 87–93: silence, and callers who leave. */
export const SILENCE_CASES: readonly ConformanceCase[] = [
  {
    number: 87,
    title: "headers may take as long as they are allowed to",
    setup: { timeouts: { firstByte: 400_000, firstContent: 500_000 } },
    replies: [[{ passMs: 350_000 }, ...HEADERS, ...REST]],
    expected: SAYS_OK,
  },
  {
    number: 87,
    variant: "too long",
    title: "and no longer: the error says which clock ran out",
    setup: { timeouts: { firstByte: 1000 } },
    replies: [[{ passMs: 1100 }]],
    expected: { choices: [], error: { code: "timeout", message: /timeouts\.first_byte/ }, leftRunning: 0 },
    library: { error: { timeoutPhase: "first_byte", retry: "same", partial: false } },
    gateway: { status: 504 },
  },
  {
    number: 88,
    title: "silence behind the headers is the first content's to wait for, not the idle clock's",
    setup: { timeouts: { firstContent: 10_000, idle: 1000 } },
    replies: [[...HEADERS, { passMs: 5000 }, ...REST]],
    expected: SAYS_OK,
  },
  {
    number: 88,
    variant: "too long",
    title: "which runs out too",
    setup: { timeouts: { firstContent: 10_000, idle: 1000 } },
    replies: [[...HEADERS, { passMs: 5000 }, { passMs: 5100 }]],
    expected: { choices: [], error: { code: "timeout", message: /timeouts\.first_content/ }, leftRunning: 0 },
    library: { error: { timeoutPhase: "first_content" } },
    gateway: { status: 504 },
  },
  {
    number: 89,
    title: "silence in the middle of an answer ends it",
    setup: { timeouts: { idle: 1000 } },
    replies: [streamThen([text("Hel")], { passMs: 1100 })],
    expected: { choices: [{ text: "Hel" }], error: { code: "timeout", message: /timeouts\.idle/ }, leftRunning: 0 },
    library: { error: { timeoutPhase: "idle", partial: true } },
    gateway: { status: 200, done: false },
  },
  {
    number: 90,
    variant: "before the call",
    title: "a caller who has left before the call makes none",
    callerGone: true,
    replies: [OK],
    expected: { choices: [], error: { code: "cancelled" }, requests: [], connections: 0 },
    notApplicable: { gateway: "a client that is gone asks nothing" },
  },
  ...(
    [
      ["headers", [{ caller: "leaves" }]],
      ["content", streamThen([], { caller: "leaves" })],
    ] as const
  ).map(([variant, reply]): ConformanceCase => ({
    number: 90,
    variant: `waiting for ${variant}`,
    title: `a caller who leaves while it waits for ${variant} leaves nothing running`,
    setup: { retries: 2 },
    replies: [reply],
    expected: { choices: [], requests: [{}], leftRunning: 0 },
    library: { error: { code: "cancelled", retry: "never", partial: false } },
  })),
  {
    number: 90,
    variant: "in the middle",
    title: "a caller who leaves in the middle of an answer has what came",
    replies: [streamThen([text("Hel")], { caller: "leaves" })],
    expected: { leftRunning: 0, requests: [{}] },
    library: { choices: [{ text: "Hel" }], error: { code: "cancelled", partial: true } },
  },
  {
    number: 90,
    variant: "one reply",
    title: "a caller who leaves while one whole reply is put together leaves nothing running",
    ask: WHOLE,
    replies: [streamThen([text("Hel")], { caller: "leaves" })],
    expected: { leftRunning: 0, requests: [{}] },
    library: { error: { code: "cancelled" } },
  },
  {
    number: 90,
    variant: "between two attempts",
    title: "a caller who leaves while it waits to try again is not waited for",
    setup: { retries: 2 },
    replies: [[...json({ error: { message: "boom" } }, 500), { caller: "leaves" }]],
    expected: { choices: [], requests: [{}] },
    library: { error: { code: "cancelled" } },
    notApplicable: { gateway: "it has told its client of the failure by then" },
  },
  {
    number: 90,
    variant: "after the end",
    title: "a caller who leaves after the end has an answer",
    replies: [streamThen([text("ok"), fin(), DONE], { caller: "leaves" }, ...WHILE_IT_DRAINS)],
    expected: { requests: [{}], leftRunning: 0 },
    library: SAYS_OK,
  },
  {
    number: 91,
    title: "a client that leaves in the middle of a long answer stops the server",
    replies: [streamThen([text("Hel")], { caller: "leaves" }, ...ENDLESS.map((events) => ({ events })))],
    expected: { requests: [{}], leftRunning: 0 },
    library: { error: { code: "cancelled" } },
  },
  {
    number: 92,
    title: "blank lines before a whole reply keep it alive",
    setup: { timeouts: { idle: 1000, firstContent: 10_000 } },
    ask: WHOLE,
    replies: [
      [
        { send: head(200, { "content-type": "application/json", "transfer-encoding": "chunked" }) },
        ...BLANK,
        { events: ANSWER },
        { send: LAST_CHUNK },
      ],
    ],
    expected: { choices: [{ text: "Hello", finish: "stop" }], error: undefined },
  },
  {
    number: 93,
    title: "what follows a whole reply is left out",
    ask: WHOLE,
    replies: [
      [
        {
          send: `${head(200, { "content-type": "application/json", "content-length": String(ANSWER.length + 8) })}${ANSWER}\n{"x":1}`,
        },
      ],
    ],
    expected: { choices: [{ text: "Hello", finish: "stop" }], error: undefined },
    library: { warnings: ["trailing-bytes"] },
  },
];
