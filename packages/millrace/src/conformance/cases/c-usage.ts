import type { JsonObject } from "../../model/json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import {
  bare,
  completion,
  data,
  delta,
  DONE,
  fin,
  json,
  stream,
  streamThen,
  text,
  UNSTREAMED,
  usage,
  WHOLE,
} from "./replies.ts";

const COUNTS = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const ZEROS = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
const SAYS_HELLO = { choices: [{ text: "Hello", finish: "stop" }], error: undefined } as const;
const COUNTED = {
  ...SAYS_HELLO,
  usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5, raw: COUNTS },
} as const;
const growing = (completion_tokens: number): JsonObject => ({
  prompt_tokens: 3,
  completion_tokens,
  total_tokens: 3 + completion_tokens,
});

/** Catalogue C, 138–146: token counts, wherever they stand. */
export const USAGE_CASES: readonly ConformanceCase[] = [
  {
    number: 138,
    title: "counts that are null everywhere are no counts, not zeros",
    replies: [
      stream(
        delta({ content: "Hello" }, {}, { usage: null }),
        fin("stop", {}, { usage: null }),
        bare({ usage: null }),
        DONE,
      ),
    ],
    expected: { ...SAYS_HELLO, usage: undefined },
  },
  {
    number: 138,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello" }, {}, { usage: null }))],
    expected: { ...SAYS_HELLO, usage: undefined },
  },
  {
    number: 139,
    title: "counts in the chunk that finishes",
    replies: [stream(text("Hello"), fin("stop", {}, { usage: COUNTS }), DONE)],
    expected: COUNTED,
  },
  {
    number: 140,
    variant: "before",
    title: "counts before the finish reason",
    replies: [stream(text("Hello"), usage(3, 2), fin(), DONE)],
    expected: COUNTED,
  },
  {
    number: 140,
    variant: "behind",
    title: "counts behind the finish reason",
    replies: [stream(text("Hello"), fin(), usage(3, 2), DONE)],
    expected: COUNTED,
  },
  {
    number: 140,
    variant: "behind [DONE]",
    title: "counts behind [DONE] come too late",
    replies: [stream(text("Hello"), fin(), DONE, usage(3, 2))],
    expected: { ...SAYS_HELLO, usage: undefined },
  },
  {
    number: 141,
    title: "counts that grow from chunk to chunk: the last ones, never a sum",
    replies: [
      stream(
        delta({ content: "Hel" }, {}, { usage: growing(1) }),
        delta({ content: "lo" }, {}, { usage: growing(2) }),
        fin("stop", {}, { usage: growing(2) }),
        DONE,
      ),
    ],
    expected: COUNTED,
  },
  {
    number: 142,
    title: "zeros in early chunks, then counts",
    replies: [stream(delta({ content: "Hello" }, {}, { usage: ZEROS }), fin("stop", {}, { usage: COUNTS }), DONE)],
    expected: COUNTED,
  },
  {
    number: 142,
    variant: "zeros last",
    title: "and zeros behind counts change nothing",
    replies: [stream(text("Hello"), fin("stop", {}, { usage: COUNTS }), bare({ usage: ZEROS }), DONE)],
    expected: COUNTED,
  },
  {
    number: 143,
    variant: "choice",
    title: "counts inside the choice",
    replies: [stream(text("Hello"), fin("stop", { usage: COUNTS }), DONE)],
    expected: COUNTED,
  },
  {
    number: 143,
    variant: "x_groq",
    title: "counts below x_groq",
    replies: [stream(text("Hello"), fin("stop", {}, { x_groq: { id: "req_1", usage: COUNTS } }), DONE)],
    expected: COUNTED,
  },
  {
    number: 143,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello" }, { usage: COUNTS }))],
    expected: COUNTED,
  },
  ...oddCounts(),
  ...cacheNames(),
  {
    number: 146,
    variant: "error",
    title: "counts before an error are told with it",
    replies: [
      stream(
        delta({ content: "Hel" }, {}, { usage: COUNTS }),
        data({ error: { message: "Out of memory", type: "server_error", param: null, code: 500 } }),
      ),
    ],
    expected: {
      choices: [{ text: "Hel" }],
      usage: COUNTED.usage,
      error: { code: "server", message: /Out of memory/u },
    },
    library: { error: { partial: true } },
    gateway: { status: 200, done: false },
  },
  {
    number: 146,
    variant: "cut",
    title: "counts before a cut are told with it",
    replies: [streamThen([delta({ content: "Hel" }, {}, { usage: COUNTS })], { end: "reset" })],
    expected: { choices: [{ text: "Hel" }], usage: COUNTED.usage, error: { code: "truncated" } },
    library: { error: { partial: true } },
    gateway: { status: 200, done: false },
  },
  {
    number: 146,
    variant: "end",
    title: "counts before an end without a sign are told with it",
    replies: [stream(delta({ content: "Hel" }, {}, { usage: COUNTS }))],
    expected: { choices: [{ text: "Hel" }], usage: COUNTED.usage, error: { code: "truncated" } },
    library: { error: { partial: true } },
    gateway: { status: 200, done: false },
  },
];

/** Asks it of a stream and of a whole reply. */
function counted(
  number: number,
  variant: string,
  title: string,
  raw: JsonObject,
  expected: NonNullable<ConformanceCase["expected"]["usage"]>,
): readonly ConformanceCase[] {
  return [
    {
      number,
      variant,
      title,
      replies: [stream(text("Hello"), fin(), bare({ usage: raw }), DONE)],
      expected: { ...SAYS_HELLO, usage: { ...expected, raw } },
    },
    {
      number,
      variant: `${variant}, whole`,
      title: "and so in a whole reply",
      ask: WHOLE,
      setup: UNSTREAMED,
      replies: [json(completion({ content: "Hello" }, {}, { usage: raw }))],
      expected: { ...SAYS_HELLO, usage: { ...expected, raw } },
    },
  ];
}

function oddCounts(): readonly ConformanceCase[] {
  const details = (reasoning_tokens: number): JsonObject => ({ completion_tokens_details: { reasoning_tokens } });
  return [
    ...counted(
      144,
      "another total",
      "a total that is not the sum stays",
      { prompt_tokens: 3, completion_tokens: 2, total_tokens: 9 },
      { promptTokens: 3, completionTokens: 2, totalTokens: 9 },
    ),
    ...counted(
      144,
      "reasoning apart",
      "reasoning that is counted beside the completion is part of ours",
      { prompt_tokens: 12, completion_tokens: 2, total_tokens: 354, ...details(340) },
      { promptTokens: 12, completionTokens: 342, reasoningTokens: 340, totalTokens: 354 },
    ),
    ...counted(
      144,
      "too much reasoning",
      "more reasoning than completion is never a negative rest",
      { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, ...details(20) },
      { promptTokens: 3, completionTokens: 2, reasoningTokens: 2, totalTokens: 5 },
    ),
  ];
}

function cacheNames(): readonly ConformanceCase[] {
  const names: readonly (readonly [variant: string, fields: JsonObject])[] = [
    ["prompt_tokens_details", { prompt_tokens_details: { cached_tokens: 40 } }],
    ["prompt_token_details", { prompt_token_details: { cached_tokens: 40 } }],
    ["cached_tokens", { cached_tokens: 40 }],
    ["num_cached_tokens", { num_cached_tokens: 40 }],
    ["prompt_cache_hit_tokens", { prompt_cache_hit_tokens: 40, prompt_cache_miss_tokens: 60 }],
    ["cache_read_input_tokens", { cache_read_input_tokens: 40 }],
  ];
  const read = names.flatMap(([variant, fields]) =>
    counted(
      145,
      variant,
      `cached tokens as ${variant}`,
      { prompt_tokens: 100, completion_tokens: 2, total_tokens: 102, ...fields },
      { promptTokens: 100, cacheReadTokens: 40 },
    ),
  );
  const written = counted(
    145,
    "cache_creation_input_tokens",
    "tokens written to a cache as cache_creation_input_tokens",
    {
      prompt_tokens: 100,
      completion_tokens: 2,
      total_tokens: 102,
      cache_read_input_tokens: 40,
      cache_creation_input_tokens: 50,
    },
    { promptTokens: 100, cacheReadTokens: 40, cacheWriteTokens: 50 },
  );
  return [...read, ...written];
}
