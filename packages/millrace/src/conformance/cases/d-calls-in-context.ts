import type { JsonObject } from "../../model/json.ts";
import type { ConformanceCase, Reply } from "./conformance-case.ts";
import { answersWith, called } from "./expected-calls.ts";
import { call, calls, completion, delta, DONE, fin, json, stream, text, UNSTREAMED, WHOLE } from "./replies.ts";

const A = '{"a":1}';
const B = '{"b":2}';
const SAYS_HELLO = { choices: [{ text: "Hello", toolCalls: [], finish: "stop" }], error: undefined } as const;
const ended = (...chunks: readonly string[]): Reply => stream(...chunks, fin("tool_calls"), DONE);
const whole = (...toolCalls: readonly JsonObject[]): Reply =>
  json(completion({ content: null, tool_calls: toolCalls }, { finish_reason: "tool_calls" }));
const wholeCall = (more: JsonObject = {}): JsonObject => ({
  id: "x",
  type: "function",
  function: { name: "f", arguments: A },
  ...more,
});
const offering = (...names: readonly string[]): JsonObject => ({
  tools: names.map((name) => ({
    type: "function",
    function: { name, parameters: { type: "object", properties: {} } },
  })),
});
const SHELL = { id: "x", type: "custom", custom: { name: "shell", input: "ls -l" } };
const CALLS_SHELL = answersWith({ id: "x", type: "custom", name: "shell", arguments: "ls -l" });
const SIGNED = { extra_content: { google: { thought_signature: "c2ln+/==" } } };

/** Catalogue D, 177–183 and 185: calls among other things that a server says. */
export const CALL_CONTEXT_CASES: readonly ConformanceCase[] = [
  {
    number: 177,
    title: "text before, between and behind calls keeps its place",
    replies: [ended(text("a"), calls(call(0, "x", "f", A)), text("b"), calls(call(1, "y", "g", B)), text("c"))],
    expected: {
      choices: [{ text: "abc", toolCalls: [called("x", "f", A), called("y", "g", B)], finish: "tool_calls" }],
      error: undefined,
    },
    library: {
      events: [
        "start",
        "text-delta a",
        "tool-call-start f",
        `tool-call-delta ${A}`,
        "text-delta b",
        "tool-call-start g",
        `tool-call-delta ${B}`,
        "text-delta c",
        "tool-call-end",
        "tool-call-end",
        "choice-finish",
        "finish",
      ],
    },
  },
  {
    number: 178,
    title: "an empty list of calls beside the text is no call",
    replies: [stream(delta({ content: "Hel", tool_calls: [] }), delta({ content: "lo", tool_calls: [] }), fin(), DONE)],
    expected: SAYS_HELLO,
  },
  {
    number: 178,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello", tool_calls: [] }))],
    expected: SAYS_HELLO,
  },
  {
    number: 179,
    variant: "missing",
    title: "a call without a type is a function's",
    replies: [ended(calls({ index: 0, id: "x", function: { name: "f", arguments: A } }))],
    expected: answersWith(called("x", "f", A)),
  },
  {
    number: 179,
    variant: "null",
    title: "and so where the type is null",
    replies: [ended(calls(call(0, "x", "f", A, { type: null })))],
    expected: answersWith(called("x", "f", A)),
  },
  {
    number: 179,
    variant: "custom",
    title: "the call of a custom tool stays one, and its input is free text",
    replies: [
      ended(
        calls({ index: 0, id: "x", type: "custom", custom: { name: "shell", input: "ls " } }),
        calls({ index: 0, custom: { input: "-l" } }),
      ),
    ],
    expected: CALLS_SHELL,
  },
  {
    number: 179,
    variant: "custom, whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [whole(SHELL)],
    expected: CALLS_SHELL,
  },
  ...markupCases(),
  {
    number: 181,
    title: "a call to a tool that was not offered comes out, and that is told",
    ask: { call: "stream", body: offering("g") },
    replies: [ended(calls(call(0, "x", "f", A)))],
    expected: answersWith(called("x", "f", A)),
    library: { warnings: ["unknown-tool"] },
  },
  {
    number: 181,
    variant: "whole",
    title: "and so in a whole reply",
    ask: { call: "whole", body: offering("g") },
    setup: UNSTREAMED,
    replies: [whole(wholeCall())],
    expected: answersWith(called("x", "f", A)),
    library: { warnings: ["unknown-tool"] },
  },
  {
    number: 182,
    title: "two calls although only one was wanted come out, and that is told",
    ask: { call: "stream", body: { ...offering("f", "g"), parallel_tool_calls: false } },
    replies: [ended(calls(call(0, "x", "f", A)), calls(call(1, "y", "g", B)))],
    expected: {
      ...answersWith(called("x", "f", A), called("y", "g", B)),
      requests: [{ body: { parallel_tool_calls: false } }],
    },
    library: { warnings: ["parallel-calls"] },
  },
  {
    number: 183,
    variant: "on the call",
    title: "a signature on the call stays on it",
    replies: [ended(calls(call(0, "x", "f", A, SIGNED)), calls(call(1, "y", "g", B)))],
    expected: answersWith(called("x", "f", A, { extra: SIGNED }), called("y", "g", B, { extra: undefined })),
  },
  {
    number: 183,
    variant: "behind the call",
    title: "a signature in a delta of its own belongs to the call before it",
    replies: [ended(calls(call(0, "x", "f", A)), calls(call(1, "y", "g", B)), delta({ content: "", ...SIGNED }))],
    expected: answersWith(called("x", "f", A, { extra: undefined }), called("y", "g", B, { extra: SIGNED })),
  },
  {
    number: 183,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [whole(wholeCall(SIGNED))],
    expected: answersWith(called("x", "f", A, { extra: SIGNED })),
  },
  {
    number: 183,
    variant: "replayed",
    title: "and goes back where it came from",
    setup: { profile: "gemini-openai", apiKey: "sk-test" },
    ask: {
      call: "stream",
      body: {
        messages: [
          { role: "user", content: "hi" },
          { role: "assistant", content: null, tool_calls: [wholeCall(SIGNED)] },
          { role: "tool", tool_call_id: "x", content: "4" },
        ],
      },
    },
    replies: [stream(text("Hello"), fin(), DONE)],
    expected: {
      ...SAYS_HELLO,
      requests: [{ body: { messages: [{}, { tool_calls: [wholeCall(SIGNED)] }, { tool_call_id: "x" }] } }],
    },
  },
];

/** Catalogue D, 185: a whole reply that calls a tool, whatever its content is. */
export const WHOLE_CALL_CASES: readonly ConformanceCase[] = [
  ["empty", { content: "" }] as const,
  ["null", { content: null }] as const,
  ["missing", {}] as const,
].map(([variant, content]) => ({
  number: 185,
  variant,
  title: `a call in a whole reply whose content is ${variant}`,
  ask: WHOLE,
  setup: UNSTREAMED,
  replies: [json(completion({ ...content, tool_calls: [wholeCall()] }, { finish_reason: "tool_calls" }))],
  expected: answersWith(called("x", "f", A)),
}));

function markupCases(): readonly ConformanceCase[] {
  const markups = [
    ["tool_call tags", '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'],
    ["TOOL_CALLS", '[TOOL_CALLS][{"name": "f", "arguments": {"a": 1}}]'],
    ["python_tag", '<|python_tag|>{"name": "f", "parameters": {"a": 1}}'],
  ] as const;
  return markups.flatMap(([variant, said]): ConformanceCase[] => [
    {
      number: 180,
      variant,
      title: "markup that the server has not parsed is text",
      ask: { call: "stream", body: offering("f") },
      replies: [stream(text(said.slice(0, 7)), text(said.slice(7)), fin(), DONE)],
      expected: { choices: [{ text: said, toolCalls: [], finish: "stop" }], error: undefined },
    },
    {
      number: 180,
      variant: `${variant}, whole`,
      title: "and so in a whole reply",
      ask: { call: "whole", body: offering("f") },
      setup: UNSTREAMED,
      replies: [json(completion({ content: said }))],
      expected: { choices: [{ text: said, toolCalls: [], finish: "stop" }], error: undefined },
    },
  ]);
}
