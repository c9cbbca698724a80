import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Warning } from "../../model/warning.ts";
import type { ConformanceCase, Reply } from "./conformance-case.ts";
import { answersWith, called } from "./expected-calls.ts";
import { call, calls, completion, DONE, fin, json, piece, stream, text, UNSTREAMED, WHOLE } from "./replies.ts";

const A = '{"a":1}';
const B = '{"b":2}';
const ended = (...chunks: readonly string[]): Reply => stream(...chunks, fin("tool_calls"), DONE);
const whole = (body: JsonObject, finish = "tool_calls"): Reply =>
  json(
    completion(
      { content: null, tool_calls: [{ id: "x", type: "function", function: body }] },
      { finish_reason: finish },
    ),
  );

/** One megabyte, in twenty thousand pieces. */
const LONG_PIECES = Array.from({ length: 20_000 }, () => "0123456789".repeat(5));

/** Catalogue D, 165–176: what becomes of the arguments. */
export const CALL_ARGUMENT_CASES: readonly ConformanceCase[] = [
  ...answered({
    number: 165,
    variant: "object",
    title: "arguments that are an object become its text",
    wire: { a: 1 },
    text: A,
  }),
  ...[null, undefined, ""].flatMap((wire) =>
    answered({
      number: 166,
      variant: wire === "" ? "empty" : String(wire),
      title: "a call that says no arguments has an empty object of them",
      wire,
      text: "{}",
    }),
  ),
  ...answered({
    number: 167,
    variant: "string",
    title: "JSON inside a JSON string is left as it is, and that is told",
    wire: JSON.stringify(A),
    text: JSON.stringify(A),
    problem: "not-an-object",
    warnings: ["double-encoded-arguments"],
  }),
  {
    number: 168,
    title: "a call whose arguments are closed is not over before the stream is",
    replies: [ended(calls(call(0, "x", "f", A)), calls(piece(0, ',"b":2}')), calls(piece(0, "\n")))],
    expected: answersWith(called("x", "f", `${A},"b":2}\n`)),
    library: {
      ...answersWith(called("x", "f", `${A},"b":2}\n`, { problem: "not-json" })),
      events: [
        "start",
        "tool-call-start f",
        `tool-call-delta ${A}`,
        'tool-call-delta ,"b":2}',
        "tool-call-delta \n",
        "tool-call-end",
        "choice-finish",
        "finish",
      ],
    },
  },
  {
    number: 169,
    variant: "same index",
    title: "an empty chunk behind a whole call is no second call",
    replies: [ended(calls(call(0, "x", "f", A)), calls({ index: 0, id: "", function: { name: "", arguments: "" } }))],
    expected: answersWith(called("x", "f", A)),
  },
  {
    number: 169,
    variant: "next index",
    title: "and so at the next index",
    replies: [ended(calls(call(0, "x", "f", A)), calls(piece(1, "")))],
    expected: answersWith(called("x", "f", A)),
  },
  {
    number: 170,
    title: "pieces of two calls in turn",
    replies: [
      ended(
        calls(call(0, "x", "f")),
        calls(call(1, "y", "g")),
        calls(piece(0, '{"a"'), piece(1, '{"b"')),
        calls(piece(1, ":2}")),
        calls(piece(0, ":1}")),
      ),
    ],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 171,
    title: "calls that end with stop: that tools were called is a fact about the content",
    replies: [stream(calls(call(0, "x", "f", A)), fin(), DONE)],
    expected: answersWith(called("x", "f", A)),
    library: { choices: [{ toolCalls: [called("x", "f", A)], finish: "tool_calls", rawFinish: "stop" }] },
  },
  {
    number: 171,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [whole({ name: "f", arguments: A }, "stop")],
    expected: answersWith(called("x", "f", A)),
    library: { choices: [{ toolCalls: [called("x", "f", A)], finish: "tool_calls", rawFinish: "stop" }] },
  },
  {
    number: 172,
    title: "tool_calls without a call is a stop, and that is told",
    replies: [stream(text("Hello"), fin("tool_calls"), DONE)],
    expected: { choices: [{ text: "Hello", toolCalls: [], finish: "stop" }], error: undefined },
    library: {
      choices: [{ text: "Hello", toolCalls: [], finish: "stop", rawFinish: "tool_calls" }],
      warnings: ["no-tool-calls"],
    },
  },
  {
    number: 172,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Hello" }, { finish_reason: "tool_calls" }))],
    expected: { choices: [{ text: "Hello", toolCalls: [], finish: "stop" }], error: undefined },
    library: {
      choices: [{ text: "Hello", toolCalls: [], finish: "stop", rawFinish: "tool_calls" }],
      warnings: ["no-tool-calls"],
    },
  },
  ...cutByLength(),
  ...answered({
    number: 174,
    variant: "two objects",
    title: "two objects in one call are not JSON, and not mended",
    wire: A + B,
    text: A + B,
    problem: "not-json",
  }),
  ...answered({
    number: 174,
    variant: "trailing comma",
    title: "a trailing comma is not JSON, and not mended",
    wire: '{"a":1,}',
    text: '{"a":1,}',
    problem: "not-json",
  }),
  {
    number: 175,
    title: "a megabyte of arguments in twenty thousand pieces",
    replies: [
      ended(
        calls(call(0, "x", "f", '{"a":"')),
        LONG_PIECES.map((part) => calls(piece(0, part))).join(""),
        calls(piece(0, '"}')),
      ),
    ],
    expected: answersWith(called("x", "f", `{"a":"${LONG_PIECES.join("")}"}`, { problem: undefined })),
  },
  ...answered({
    number: 176,
    variant: "line break",
    title: "a raw line break or another control character in a string is not JSON",
    wire: '{"a":"x\ny\u0001"}',
    text: '{"a":"x\ny\u0001"}',
    problem: "not-json",
  }),
];

interface ArgumentsRow {
  readonly number: number;
  readonly variant: string;
  readonly title: string;
  /** As the server has the arguments. */
  readonly wire: JsonValue | undefined;
  /** As they come out. */
  readonly text: string;
  readonly problem?: string;
  readonly warnings?: readonly Warning["code"][];
}

/** Asks it of a stream and of a whole reply. */
function answered({
  number,
  variant,
  title,
  wire,
  text: out,
  problem,
  warnings = [],
}: ArgumentsRow): ConformanceCase[] {
  const body = { name: "f", arguments: wire };
  const same = {
    number,
    title,
    expected: answersWith(called("x", "f", out)),
    library: { ...answersWith(called("x", "f", out, { problem })), warnings },
  };
  return [
    { ...same, variant, replies: [ended(calls({ index: 0, id: "x", type: "function", function: body }))] },
    { ...same, variant: `${variant}, whole`, ask: WHOLE, setup: UNSTREAMED, replies: [whole(body)] },
  ];
}

function cutByLength(): readonly ConformanceCase[] {
  const cut = (text: string, more: JsonObject = {}) => ({
    expected: { choices: [{ toolCalls: [called("x", "f", text)], finish: "length" }], error: undefined },
    library: { choices: [{ toolCalls: [called("x", "f", text, { problem: "incomplete" })], finish: "length" }] },
    ...more,
  });
  return [
    {
      number: 173,
      title: "length inside the arguments: the call is incomplete, and its text is kept",
      replies: [stream(calls(call(0, "x", "f")), calls(piece(0, '{"a":"Os')), fin("length"), DONE)],
      ...cut('{"a":"Os'),
    },
    {
      number: 173,
      variant: "looks whole",
      title: "even where the arguments look whole",
      replies: [stream(calls(call(0, "x", "f")), calls(piece(0, A)), fin("length"), DONE)],
      ...cut(A),
    },
    {
      number: 173,
      variant: "one before",
      title: "the call before the one that was cut is whole",
      replies: [stream(calls(call(0, "x", "f", A)), calls(call(1, "y", "g", '{"b')), fin("length"), DONE)],
      expected: {
        choices: [{ toolCalls: [called("x", "f", A), called("y", "g", '{"b')], finish: "length" }],
        error: undefined,
      },
      library: {
        choices: [
          {
            toolCalls: [
              called("x", "f", A, { problem: undefined }),
              called("y", "g", '{"b', { problem: "incomplete" }),
            ],
            finish: "length",
          },
        ],
      },
    },
    {
      number: 173,
      variant: "whole",
      title: "and so in a whole reply",
      ask: WHOLE,
      setup: UNSTREAMED,
      replies: [whole({ name: "f", arguments: '{"a":"Os' }, "length")],
      ...cut('{"a":"Os'),
    },
  ];
}
