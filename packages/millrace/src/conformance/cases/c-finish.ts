import type { ConformanceCase } from "./conformance-case.ts";
import {
  call,
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

const finished = (said: string, finish: string, rawFinish: string | null) =>
  ({
    expected: { choices: [{ text: said, finish }], error: undefined },
    library: { choices: [{ text: said, finish, rawFinish }] },
  }) as const;
const HEAD = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };
const unsaid = (content: string): string => data({ ...HEAD, choices: [{ index: 0, delta: { content } }] });

/** Catalogue C, 113–119: how an answer says why it ended. */
export const FINISH_CASES: readonly ConformanceCase[] = [
  {
    number: 113,
    title: "an empty finish reason on every chunk is none",
    replies: [
      stream(
        delta({ content: "Hel" }, { finish_reason: "" }),
        delta({ content: "lo" }, { finish_reason: "" }),
        fin(),
        DONE,
      ),
    ],
    ...finished("Hello", "stop", "stop"),
  },
  {
    number: 114,
    title: "a finish reason that is missing until the end is none",
    replies: [stream(unsaid("Hel"), unsaid("lo"), fin(), DONE)],
    ...finished("Hello", "stop", "stop"),
  },
  {
    number: 114,
    variant: "whole",
    title: "a whole reply without a finish reason is an answer that ended for an unknown one",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello" }, { finish_reason: null }))],
    expected: { choices: [{ text: "Hello" }], error: undefined },
    library: { choices: [{ text: "Hello", finish: "unknown", rawFinish: null }] },
    gateway: { choices: [{ text: "Hello", finish: "stop" }] },
  },
  {
    number: 115,
    title: "finishReason is read where finish_reason is not there",
    replies: [
      stream(text("Hello"), data({ ...HEAD, choices: [{ index: 0, delta: {}, finishReason: "length" }] }), DONE),
    ],
    ...finished("Hello", "length", "length"),
  },
  {
    number: 115,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello" }, { finish_reason: undefined, finishReason: "length" }))],
    ...finished("Hello", "length", "length"),
  },
  {
    number: 116,
    title: "text in the chunk that finishes is not lost",
    replies: [stream(text("Hel"), delta({ content: "lo" }, { finish_reason: "stop" }), usage(3, 2), DONE)],
    ...finished("Hello", "stop", "stop"),
  },
  {
    number: 117,
    variant: "the same",
    title: "the same finish reason twice is one",
    replies: [stream(text("Hello"), fin(), fin(), DONE)],
    expected: { choices: [{ text: "Hello", finish: "stop" }], error: undefined },
    library: { events: ["start", "text-delta Hello", "choice-finish", "finish"] },
  },
  {
    number: 117,
    variant: "tool calls first",
    title: "tool_calls, then stop: the first counts",
    replies: [stream(calls(call(0, "x", "f", "{}")), fin("tool_calls"), fin(), DONE)],
    expected: { choices: [{ toolCalls: [{ id: "x" }], finish: "tool_calls" }], error: undefined },
    library: { choices: [{ toolCalls: [{ id: "x" }], finish: "tool_calls", rawFinish: "tool_calls" }] },
  },
  {
    number: 117,
    variant: "length first",
    title: "length, then stop: the first counts",
    replies: [stream(text("Hello"), fin("length"), fin(), DONE)],
    ...finished("Hello", "length", "length"),
  },
  {
    number: 117,
    variant: "stop first",
    title: "stop, then length: the first that says more counts",
    replies: [stream(text("Hello"), fin(), fin("length"), fin("content_filter"), DONE)],
    ...finished("Hello", "length", "length"),
  },
  {
    number: 118,
    title: "text behind the finish reason is kept, up to [DONE]",
    replies: [stream(text("Hel"), fin(), text("lo"), DONE)],
    ...finished("Hello", "stop", "stop"),
  },
  {
    number: 118,
    variant: "no [DONE]",
    title: "or up to the end of the stream",
    replies: [stream(text("Hel"), fin(), text("lo"))],
    ...finished("Hello", "stop", "stop"),
  },
  ...reasonCases(),
  ...breakCases(),
];

function reasonCases(): readonly ConformanceCase[] {
  const reasons = [
    ["eos", "stop"],
    ["eos_token", "stop"],
    ["stop_sequence", "stop"],
    ["end", "stop"],
    ["end_turn", "stop"],
    ["load", "stop"],
    ["unload", "stop"],
    ["repetition", "stop"],
    ["model_length", "length"],
    ["max_tokens", "length"],
    ["MAX_TOKENS", "length"],
    ["model_context_window_exceeded", "length"],
    ["content_filter", "content_filter"],
    ["sensitive", "content_filter"],
    ["SAFETY", "content_filter"],
  ] as const;
  const known = reasons.map(([raw, finish]) => ({
    number: 119,
    variant: raw,
    title: `${raw} means ${finish}`,
    replies: [stream(text("Hello"), fin(raw), DONE)],
    ...finished("Hello", finish, raw),
  }));
  const unheard: ConformanceCase = {
    number: 119,
    variant: "unheard of",
    title: "a word that nobody has seen ends an answer too",
    replies: [stream(text("Hello"), fin("enough_said"), DONE)],
    expected: { choices: [{ text: "Hello" }], error: undefined },
    library: { choices: [{ text: "Hello", finish: "unknown", rawFinish: "enough_said" }] },
    gateway: { choices: [{ text: "Hello", finish: "stop" }], done: true },
  };
  const whole: ConformanceCase = {
    number: 119,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello" }, { finish_reason: "eos_token" }))],
    ...finished("Hello", "stop", "eos_token"),
  };
  return [...known, unheard, whole];
}

function breakCases(): readonly ConformanceCase[] {
  const breaks = [
    ["error", "server"],
    ["network_error", "server"],
    ["insufficient_system_resource", "overloaded"],
    ["abort", "truncated"],
  ] as const;
  return breaks.flatMap(([raw, kind]): ConformanceCase[] => [
    {
      number: 119,
      variant: raw,
      title: `${raw} is no end but a failure`,
      replies: [stream(text("Hel"), fin(raw), DONE)],
      expected: { choices: [{ text: "Hel" }], error: { code: kind, message: new RegExp(raw, "u") } },
      library: { error: { kind, partial: true } },
      gateway: { status: 200, done: false },
    },
    {
      number: 119,
      variant: `${raw}, whole`,
      title: "and so in a whole reply",
      ask: WHOLE,
      setup: UNSTREAMED,
      replies: [json(completion({ content: "Hel" }, { finish_reason: raw }))],
      expected: { error: { code: kind } },
    },
  ]);
}
