import type { ConformanceCase } from "./conformance-case.ts";
import { completion, delta, DONE, fin, json, stream, UNSTREAMED, WHOLE } from "./replies.ts";

const TWO = { call: "stream", body: { n: 2 } } as const;
const SAYS_HELLO = { choices: [{ text: "Hello", finish: "stop" }], error: undefined } as const;

const TOKEN = { id: 430, token: "Hel", logprob: -0.1, bytes: [72, 101, 108], top_logprobs: [] };
const NEXT = { id: 385, token: "lo", logprob: -0.2, bytes: [108, 111], top_logprobs: [] };
const AUDIO = { id: "audio_1", transcript: "Hello", data: "AAAABBBB", expires_at: 7 };
const REFUSED = {
  choices: [{ text: "", refusal: "I cannot do that.", finish: "stop" }],
  error: undefined,
} as const;
const WEATHER = '{"city":"Oslo"}';
const CALLED = {
  choices: [
    { toolCalls: [{ id: /^.+$/u, type: "function", name: "weather", arguments: WEATHER }], finish: "tool_calls" },
  ],
  error: undefined,
} as const;
const PAGE = { url: "https://example.com", title: "Example", start_index: 0, end_index: 5 };
const CITED = {
  annotations: [{ type: "url_citation", url_citation: PAGE }],
  images: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
};

/** Catalogue C, 123–128: fields beside the text. */
export const FIELD_CASES: readonly ConformanceCase[] = [
  {
    number: 123,
    title: "fields that nobody knows are kept where they stood, but for padding",
    replies: [
      stream(
        delta({ content: "Hel" }, { token_ids: [1] }, { service_tier: "default", obfuscation: "xyz" }),
        delta({ content: "lo" }, {}, { x_groq: { id: "req_1" }, obfuscation: "zy", search_results: [{ n: 1 }] }),
        fin(
          "stop",
          { stop_reason: 128001, matched_stop: "###" },
          { prompt_progress: { done: 1 }, __verbose: { t: 1 } },
        ),
        DONE,
      ),
    ],
    expected: {
      ...SAYS_HELLO,
      extra: {
        service_tier: "default",
        x_groq: { id: "req_1" },
        search_results: [{ n: 1 }],
        prompt_progress: { done: 1 },
        __verbose: { t: 1 },
        obfuscation: undefined,
      },
    },
    library: {
      choices: [{ text: "Hello", extra: { choice: { token_ids: [1], stop_reason: 128001, matched_stop: "###" } } }],
    },
    gateway: { choices: [{ text: "Hello", extra: { token_ids: [1], stop_reason: 128001, matched_stop: "###" } }] },
  },
  {
    number: 123,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [
      json(completion({ content: "Hello" }, { stop_reason: 7 }, { service_tier: "default", obfuscation: "xyz" })),
    ],
    expected: { ...SAYS_HELLO, extra: { service_tier: "default", obfuscation: undefined } },
    library: { choices: [{ text: "Hello", extra: { choice: { stop_reason: 7 } } }] },
    gateway: { choices: [{ text: "Hello", extra: { stop_reason: 7 } }] },
  },
  {
    number: 124,
    title: "a refusal is no empty success",
    replies: [
      stream(
        delta({ role: "assistant", content: null, refusal: "I cannot " }),
        delta({ content: null, refusal: "do that." }),
        fin(),
        DONE,
      ),
    ],
    expected: REFUSED,
    library: {
      warnings: [],
      events: ["start", "refusal-delta I cannot ", "refusal-delta do that.", "choice-finish", "finish"],
    },
  },
  {
    number: 124,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: null, refusal: "I cannot do that." }))],
    expected: REFUSED,
    library: { warnings: [] },
  },
  {
    number: 125,
    title: "log probabilities pass, also those beside empty content, and null is none",
    replies: [
      stream(
        delta({ content: "Hel" }, { logprobs: { content: [TOKEN] } }),
        delta({ content: "" }, { logprobs: { content: [NEXT] } }),
        delta({ content: "lo" }, { logprobs: null }),
        fin("stop", { logprobs: null }),
        DONE,
      ),
    ],
    expected: { choices: [{ text: "Hello", finish: "stop", logprobs: { content: [TOKEN, NEXT] } }], error: undefined },
  },
  {
    number: 125,
    variant: "by choice",
    title: "each choice has its own",
    ask: TWO,
    replies: [
      stream(
        delta({ content: "Hel" }, { index: 0, logprobs: { content: [TOKEN] } }),
        delta({ content: "lo" }, { index: 1, logprobs: { content: [NEXT] } }),
        fin(),
        fin("stop", { index: 1 }),
        DONE,
      ),
    ],
    expected: {
      choices: [
        { text: "Hel", logprobs: { content: [TOKEN] } },
        { text: "lo", logprobs: { content: [NEXT] } },
      ],
    },
  },
  {
    number: 125,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello" }, { logprobs: { content: [TOKEN, NEXT] } }))],
    expected: { choices: [{ text: "Hello", logprobs: { content: [TOKEN, NEXT] } }], error: undefined },
  },
  {
    number: 126,
    title: "a function_call of the older form is one tool call with an id of ours",
    replies: [
      stream(
        delta({ role: "assistant", content: null, function_call: { name: "weather", arguments: "" } }),
        delta({ function_call: { arguments: '{"city":' } }),
        delta({ function_call: { arguments: '"Oslo"}' } }),
        fin("function_call"),
        DONE,
      ),
    ],
    expected: CALLED,
  },
  {
    number: 126,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [
      json(
        completion(
          { content: null, function_call: { name: "weather", arguments: WEATHER } },
          { finish_reason: "function_call" },
        ),
      ),
    ],
    expected: CALLED,
  },
  {
    number: 127,
    title: "audio is put together, and its transcript is no text",
    replies: [
      stream(
        delta({ role: "assistant", content: null, audio: { id: "audio_1", transcript: "Hel", data: "AAAA" } }),
        delta({ audio: { transcript: "lo", data: "BBBB" } }),
        delta({ audio: { expires_at: 7 } }),
        fin(),
        DONE,
      ),
    ],
    expected: { choices: [{ text: "", audio: AUDIO, finish: "stop" }], error: undefined },
    library: { warnings: [] },
  },
  {
    number: 127,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: null, audio: AUDIO }))],
    expected: { choices: [{ text: "", audio: AUDIO, finish: "stop" }], error: undefined },
    library: { warnings: [] },
  },
  {
    number: 128,
    title: "images, annotations and citations are kept beside the text",
    replies: [
      stream(
        delta({ content: "Hel" }, {}, { citations: ["https://example.com"] }),
        delta({ content: "lo", ...CITED }),
        fin(),
        DONE,
      ),
    ],
    expected: {
      choices: [{ text: "Hello", finish: "stop", extra: CITED }],
      extra: { citations: ["https://example.com"] },
      error: undefined,
    },
  },
  {
    number: 128,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello", ...CITED }, {}, { citations: ["https://example.com"] }))],
    expected: {
      choices: [{ text: "Hello", finish: "stop", extra: CITED }],
      extra: { citations: ["https://example.com"] },
      error: undefined,
    },
  },
];
