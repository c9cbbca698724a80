import type { ConformanceCase } from "./conformance-case.ts";
import { completion, data, delta, DONE, fin, json, stream, text, UNSTREAMED, usage } from "./replies.ts";

const HEAD = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };
const TWO = { call: "stream", body: { n: 2 } } as const;
const SAYS_HELLO = { choices: [{ text: "Hello", finish: "stop" }], error: undefined } as const;
const SAYS_TWO = {
  choices: [
    { text: "Hello", finish: "stop" },
    { text: "Goodbye", finish: "length" },
  ],
  error: undefined,
} as const;
const numbered = (index: number, content: string): string => delta({ content }, { index });

/** Catalogue C, 120–122: choices side by side, and what names a reply. */
export const CHOICE_CASES: readonly ConformanceCase[] = [
  {
    number: 120,
    title: "two choices, interleaved and the second one first, stay apart",
    ask: TWO,
    replies: [
      stream(
        numbered(1, "Good"),
        numbered(0, "Hel"),
        numbered(1, "bye"),
        fin("length", { index: 1 }),
        numbered(0, "lo"),
        fin(),
        usage(3, 4),
        DONE,
      ),
    ],
    expected: { ...SAYS_TWO, requests: [{ body: { n: 2 } }] },
  },
  {
    number: 120,
    variant: "one is cut",
    title: "one choice that ended does not make the other one whole",
    ask: TWO,
    replies: [stream(numbered(0, "Hello"), numbered(1, "Good"), fin())],
    expected: { choices: [{ text: "Hello" }, { text: "Good" }], error: { code: "truncated" } },
    library: { error: { partial: true } },
    gateway: { status: 200, done: false },
  },
  {
    number: 120,
    variant: "whole",
    title: "two choices of a whole reply, the second one first",
    ask: { call: "whole", body: { n: 2 } },
    setup: UNSTREAMED,
    replies: [
      json({
        ...completion({}),
        choices: [
          { index: 1, message: { role: "assistant", content: "Goodbye" }, finish_reason: "length" },
          { index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" },
        ],
      }),
    ],
    expected: SAYS_TWO,
  },
  {
    number: 121,
    title: "a choice without an index is the first",
    replies: [
      stream(
        data({ ...HEAD, choices: [{ delta: { content: "Hel" } }] }),
        text("lo"),
        data({ ...HEAD, choices: [{ delta: {}, finish_reason: "stop" }] }),
        DONE,
      ),
    ],
    expected: SAYS_HELLO,
  },
  {
    number: 121,
    variant: "whole",
    title: "choices of a whole reply without an index are in order",
    ask: { call: "whole", body: { n: 2 } },
    setup: UNSTREAMED,
    replies: [
      json({
        ...completion({}),
        choices: [
          { message: { role: "assistant", content: "Hello" }, finish_reason: "stop" },
          { message: { role: "assistant", content: "Goodbye" }, finish_reason: "length" },
        ],
      }),
    ],
    expected: SAYS_TWO,
  },
  {
    number: 122,
    title: "id, time, model and fingerprint that change from chunk to chunk are the first ones",
    replies: [
      stream(
        delta({ content: "Hel" }, {}, { id: "chatcmpl-0", system_fingerprint: "fp_1" }),
        delta({ content: "lo" }, {}, { id: "chatcmpl-998", created: 9, model: "other", system_fingerprint: "fp_2" }),
        fin("stop", {}, { id: "chatcmpl-3", created: 10, model: "third" }),
        DONE,
      ),
    ],
    expected: { ...SAYS_HELLO, model: "m" },
    gateway: { headers: { "x-millrace-request-id": /^(?!chatcmpl).+$/u } },
  },
];
