import type { ConformanceCase } from "./conformance-case.ts";
import {
  bare,
  calls,
  completion,
  data,
  delta,
  DONE,
  fin,
  json,
  stream,
  text,
  UNSTREAMED,
  usage,
  WHOLE,
} from "./replies.ts";

const SAYS_HELLO = { choices: [{ text: "Hello", finish: "stop", toolCalls: [] }], error: undefined } as const;
const FILTERED = [{ prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: "safe" } } }];
const COUNTS = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const HEAD = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };

/** Hello, with something odd before, inside and behind it. */
const around = (odd: string) => [stream(odd, text("Hel"), odd, text("lo"), odd, fin(), DONE)];

const PARTS = [
  { type: "thinking", thinking: [{ type: "text", text: "Hmm" }] },
  { type: "text", text: "Hel" },
  { type: "text", text: "lo" },
  { type: "reference", reference_ids: [1] },
];
const SAYS_PARTS = {
  choices: [
    {
      text: "Hello",
      reasoning: "Hmm",
      finish: "stop",
      extra: { content_parts: [{ type: "reference", reference_ids: [1] }] },
    },
  ],
  error: undefined,
} as const;

/** Catalogue C, 102–112: what a chunk may leave out or twist. */
export const CHUNK_SHAPE_CASES: readonly ConformanceCase[] = [
  {
    number: 102,
    title: "a first chunk without choices, id and model is no answer; its filter results are kept",
    replies: [
      stream(
        data({ choices: [], created: 0, id: "", model: "", object: "", prompt_filter_results: FILTERED }),
        text("Hel"),
        text("lo"),
        fin(),
        usage(3, 2),
        DONE,
      ),
    ],
    expected: {
      ...SAYS_HELLO,
      model: "m",
      usage: { promptTokens: 3, completionTokens: 2 },
      extra: { prompt_filter_results: FILTERED },
    },
  },
  {
    number: 103,
    title: "empty choices in the middle end nothing",
    replies: [stream(text("Hel"), bare({}), text("lo"), bare({}), fin(), DONE)],
    expected: SAYS_HELLO,
  },
  {
    number: 104,
    variant: "null",
    title: "choices that are null: the usage is taken",
    replies: [stream(text("Hel"), text("lo"), fin(), data({ ...HEAD, choices: null, usage: COUNTS }), DONE)],
    expected: { ...SAYS_HELLO, usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } },
  },
  {
    number: 104,
    variant: "missing",
    title: "choices that are missing: the usage is taken",
    replies: [stream(text("Hel"), text("lo"), fin(), data({ ...HEAD, usage: COUNTS }), DONE)],
    expected: { ...SAYS_HELLO, usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } },
  },
  {
    number: 104,
    variant: "other events",
    title: "events of another kind are no answer",
    replies: around(data({ type: "mcp_tool_result", name: "search", result: "found" })),
    expected: SAYS_HELLO,
  },
  {
    number: 105,
    variant: "choice",
    title: "null among the choices is skipped",
    replies: around(data({ ...HEAD, choices: [null] })),
    expected: SAYS_HELLO,
  },
  {
    number: 105,
    variant: "tool call",
    title: "null among the tool calls is skipped",
    replies: around(calls(null)),
    expected: SAYS_HELLO,
  },
  {
    number: 105,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [
      json({
        ...HEAD,
        choices: [
          null,
          { index: 0, message: { role: "assistant", content: "Hello", tool_calls: [null] }, finish_reason: "stop" },
        ],
      }),
    ],
    expected: SAYS_HELLO,
  },
  {
    number: 106,
    variant: "null",
    title: "a delta that is null is skipped",
    replies: around(delta(null)),
    expected: SAYS_HELLO,
  },
  {
    number: 106,
    variant: "missing",
    title: "a delta that is missing is skipped",
    replies: around(data({ ...HEAD, choices: [{ index: 0, finish_reason: null }] })),
    expected: SAYS_HELLO,
  },
  {
    number: 106,
    variant: "empty choice",
    title: "a choice with nothing in it is skipped",
    replies: around(data({ ...HEAD, choices: [{}] })),
    expected: SAYS_HELLO,
  },
  {
    number: 107,
    title: "a role alone says nothing",
    replies: [stream(delta({ role: "assistant", content: null }), text("Hello"), fin(), DONE)],
    expected: SAYS_HELLO,
    library: { events: ["start", "text-delta Hello", "choice-finish", "finish"] },
  },
  ...roleCases(),
  {
    number: 109,
    title: "hundreds of chunks with empty content are no events",
    replies: [stream(text("").repeat(300), text("Hel"), text("").repeat(300), text("lo"), fin(), DONE)],
    expected: SAYS_HELLO,
    library: { events: ["start", "text-delta Hel", "text-delta lo", "choice-finish", "finish"] },
  },
  {
    number: 110,
    title: "content in parts is text, reasoning and metadata",
    replies: [stream(...PARTS.map((part) => delta({ content: [part] })), fin(), DONE)],
    expected: SAYS_PARTS,
  },
  {
    number: 110,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: PARTS }))],
    expected: SAYS_PARTS,
  },
  {
    number: 111,
    variant: "alone",
    title: "a message in place of deltas is the answer so far",
    replies: [
      stream(
        ...["Hel", "Hello"].map((content) =>
          data({ ...HEAD, choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: null }] }),
        ),
        fin(),
        DONE,
      ),
    ],
    expected: SAYS_HELLO,
  },
  {
    number: 111,
    variant: "beside a delta",
    title: "a message beside deltas is left alone",
    replies: [
      stream(
        delta({ role: "assistant", content: "Hel" }, { message: { role: "assistant", content: "Hel" } }),
        delta({ content: "lo" }, { message: { role: "assistant", content: "Hello" } }),
        fin("stop", { message: { role: "assistant", content: "Hello" } }),
        DONE,
      ),
    ],
    expected: { choices: [{ text: "Hello", finish: "stop", extra: undefined }], error: undefined },
  },
  {
    number: 112,
    title: "deltas that hold the whole text so far, where the server is known to send them",
    setup: { replyRules: { cumulativeDeltas: true } },
    replies: [stream(text("Hel"), text("Hello"), text("Hello"), fin(), DONE)],
    expected: SAYS_HELLO,
  },
  {
    number: 112,
    variant: "not guessed",
    title: "elsewhere a delta that repeats what was said says it again",
    replies: [stream(text("ha"), text("haha"), fin(), DONE)],
    expected: { choices: [{ text: "hahaha", finish: "stop" }], error: undefined },
  },
];

function roleCases(): readonly ConformanceCase[] {
  const roles = [
    ["every chunk", "assistant"],
    ["empty", ""],
    ["null", null],
    ["model", "model"],
  ] as const;
  return roles.map(([variant, role]) => ({
    number: 108,
    variant,
    title: `a role that is ${JSON.stringify(role)} on every chunk is one role`,
    replies: [stream(delta({ role, content: "Hel" }), delta({ role, content: "lo" }), fin(), DONE)],
    expected: SAYS_HELLO,
    library: { events: ["start", "text-delta Hel", "text-delta lo", "choice-finish", "finish"] },
  }));
}
